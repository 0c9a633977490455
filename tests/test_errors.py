"""Wrong use is answered with what was given, what was wanted and the mend; nothing has changed."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Function, Parameter, Variable, as_variable, no_grad

NOT_NUMBERS = [
    (None, "must be a number or an array of numbers, but None is of type NoneType"),
    ("3", "must be a number or an array of numbers, but '3' is of type str"),
    (b"3", "must be a number or an array of numbers, but b'3' is of type bytes"),
    ({1: 2}, "must be a number or an array of numbers, but {1: 2} is of type dict"),
    ({3}, "must be a number or an array of numbers, but {3} is of type set"),
    (["a", "b"], "must be a number or an array of numbers, but has dtype <U1: convert it first"),
    ([1, None], "must be a number or an array of numbers, but has dtype object: convert it"),
    ([10**30], "must be a number or an array of numbers, but has dtype object: convert it first"),
    (np.array(["2020-01-01"], "M8[D]"), "must be a number or an array of numbers, but has dtype"),
    (1j, "must be real, but has the complex dtype complex128: use two Variables"),
    (np.zeros(2, np.complex64), "must be real, but has the complex dtype complex64"),
    ([[1, 2], [3]], "must be rectangular, but the lists in [[1, 2], [3]] have unequal lengths"),
]


def raised(error, f, *args, **kwargs):
    """The text of the error of this very type that the call raises."""
    with pytest.raises(error) as info:
        f(*args, **kwargs)
    assert type(info.value) is error
    return str(info.value)


def error_for(value):
    return ValueError if isinstance(value, list) and value[0] == [1, 2] else TypeError


@pytest.mark.parametrize(("value", "message"), NOT_NUMBERS, ids=lambda each: repr(each)[:20])
def test_data_that_are_not_numbers_are_named_wherever_they_come_in(value, message):
    error = error_for(value)
    x = Variable([1.0, 2.0])
    (x * 2).backward()
    for make in (Variable, Parameter, as_variable):
        assert raised(error, make, value).startswith("the data of a Variable " + message)
    for change in (lambda: setattr(x, "data", value), lambda: x.__setattr__("data", value)):
        assert raised(error, change).startswith("the data of a Variable " + message)
    assert raised(error, F.add, x, value).startswith("argument 1 of Add " + message)
    assert raised(error, F.sin, value).startswith("argument 0 of Sin " + message)
    assert raised(error, F.where, True, x, value).startswith("x1 of where " + message)
    assert raised(error, F.clip, value, 0.0).startswith("x of clip " + message)
    assert raised(error, F.get_item, value, 0).startswith("argument 0 of GetItem " + message)
    assert raised(error, F.astype, value, float).startswith("argument 0 of AsType " + message)
    if value is not None:
        given = raised(error, (x * 2).backward, gradient=value)
        assert given.startswith("the gradient given to backward " + message)
        assert raised(error, setattr, x, "grad", value).startswith("the data of a Variable ")
    assert x.data.tolist() == [1.0, 2.0]
    assert x.grad.data.tolist() == [2.0, 2.0]


# What these need beside an array; einsum has subscripts first.
BESIDE = {
    "broadcast_to": ((1,),),
    "expand_dims": (0,),
    "moveaxis": (0, 0),
    "repeat": (2,),
    "roll": (1,),
    "sum_to": ((1,),),
    "swapaxes": (0, 0),
    "take": (0,),
    "tile": (2,),
}


@pytest.mark.parametrize("name", sorted({n for n in F.__all__ if n.islower()} - {"einsum"}))
def test_every_function_says_which_argument_is_not_made_of_numbers(name):
    function = getattr(F, name)
    parameters = inspect.signature(function).parameters.values()
    needed = [each for each in parameters if each.default is each.empty]
    beside = BESIDE.get(name, (np.ones((2, 2)),) * (len(needed) - 1))
    classes = "|".join(each for each in F.__all__ if not each.islower())
    subject = rf"({needed[0].name} of {name}|argument 0 of ({classes})|array 0 given to {name})"
    with pytest.raises(TypeError, match=rf"^{subject} must be a number or an array of numbers, "):
        function(["text"], *beside)


def test_a_size_that_is_not_known_before_the_array_is_computed():
    class Selected:  # as Dask's x[x > 0] is
        shape, dtype = (np.nan, 2), np.dtype(np.float64)

        def __array_ufunc__(self, *args, **kwargs):
            raise AssertionError("computed")

        __array_function__ = __array_ufunc__

    assert raised(ValueError, Variable, Selected()) == (
        "the data of a Variable has the shape (nan, 2), where nan is a size that is not known "
        "before the array is computed: call its compute_chunk_sizes() first"
    )


def test_a_variable_as_data():
    x = Variable(1.0)
    assert raised(TypeError, Variable, x) == (
        "this is a Variable already; for a new one without a graph: x.data"
    )
    assert raised(TypeError, setattr, x, "data", Variable(2.0)) == (
        "data must be an array, but a Variable was given; use its array: x.data = other.data"
    )
    assert x.item() == 1.0


def test_a_gradient_of_another_shape():
    x = Variable([1.0, 2.0])
    assert raised(ValueError, setattr, x, "grad", [1.0, 2.0, 3.0]) == (
        "the gradient of a Variable of shape (2,) has that shape too, "
        "but one of shape (3,) was given"
    )
    assert x.grad is None
    for wrong in (1.0, np.ones((1, 2)), Variable(np.ones(3))):
        text = raised(ValueError, (x * 2).backward, gradient=wrong)
        assert text == (
            f"the gradient given to backward has shape {np.shape(wrong)}, "
            "but this Variable has shape (2,)"
        )
    assert x.grad is None


def unchained():
    y = Variable(1.0) * 2
    y.unchain()
    return y


def made_without_recording():
    with no_grad():
        return Variable(1.0) * 2


@pytest.mark.parametrize(
    "make", [lambda: Variable(1.0), lambda: F.sin(1.0), made_without_recording, unchained]
)
def test_backward_without_a_graph(make):
    y = make()
    assert raised(RuntimeError, y.backward) == (
        "there is no graph behind this Variable, so backward has nothing to go through: it was "
        "made by hand, computed from constants only or inside no_grad(), or unchained"
    )
    assert y.grad is None


@pytest.mark.parametrize("given", [np.ones(2), np.array(2.0), 2.0, 1, None, Variable(2.0)])
def test_a_gradient_in_the_place_of_a_flag_is_not_taken_for_true(given):
    x = Variable([1.0, 2.0])
    y = x * 2
    assert raised(TypeError, y.backward, given) == (
        f"retain_grad is True or False, not {given!r}; a gradient to start from is given by its "
        "name: backward(gradient=...)"
    )
    assert raised(TypeError, y.backward, False, given) == (
        f"create_graph is True or False, not {given!r}; a gradient to start from is given by its "
        "name: backward(gradient=...)"
    )
    assert x.grad is None
    y.backward(np.False_, np.True_)
    assert x.grad.data.tolist() == [2.0, 2.0]


def test_backward_through_a_graph_that_was_freed():
    x = Variable(2.0)
    h = x * x
    y = h + 1
    other = F.sin(h)
    y.unchain_backward()
    assert raised(RuntimeError, y.backward).startswith("there is no graph behind this Variable")
    assert raised(RuntimeError, other.backward) == (
        "the graph behind this Variable was freed by unchain_backward "
        "(Mul has forgotten its inputs): compute it again"
    )
    assert x.grad is None


def test_a_gradient_from_before_the_data_was_replaced():
    x = Variable([1.0])
    (x * 2).backward()
    x.data = np.ones(3)
    y = x * 2
    assert raised(ValueError, y.backward) == (
        "a gradient of shape (3,) cannot be added to the grad of shape (1,) from before the data "
        "was replaced: call cleargrad() first"
    )
    assert x.grad.data.tolist() == [2.0]
    x.cleargrad()
    y.backward()
    assert x.grad.data.tolist() == [2.0, 2.0, 2.0]


FROM_THE_LAST = ": counted from the last axis, the sizes must be equal, or one of them 1"


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: x + np.ones(2), "Add cannot combine the shapes (3,) and (2,)" + FROM_THE_LAST),
        (lambda x: [1, 2] * x, "Mul cannot combine the shapes (2,) and (3,)" + FROM_THE_LAST),
        (
            lambda x: F.maximum(x, np.ones((2, 2))),
            "Maximum cannot combine the shapes (3,) and (2, 2)" + FROM_THE_LAST,
        ),
        (
            lambda x: F.where([True, False], x, 0.0),
            "where cannot combine the shapes (2,) and (3,) and ()" + FROM_THE_LAST,
        ),
        (
            lambda x: x.clip([0, 1], 5),
            "clip cannot combine the shapes (3,) and (2,) and ()" + FROM_THE_LAST,
        ),
        (
            lambda x: x.clip(None, Variable([0, 1])),
            "clip cannot combine the shapes (3,) and (2,)" + FROM_THE_LAST,
        ),
        (lambda x: x.clip(), "clip needs a bound: give a_min, a_max or both"),
        (
            lambda x: x @ np.ones((2, 4)),
            (
                "MatMul cannot multiply the shapes (3,) and (2, 4): the first must end in as many "
                "columns as the second has rows"
            ),
        ),
        (
            lambda x: x @ 2.0,
            (
                "MatMul cannot multiply the shapes (3,) and (): a number has no rows or columns; "
                "multiply by it with *"
            ),
        ),
        (
            lambda x: np.ones((2, 3, 3)) @ x.reshape(3, 1) @ np.ones((5, 1, 4)),
            (
                "MatMul cannot combine the shapes (2, 3, 1) and (5, 1, 4): of the axes before "
                "the last two, counted from the last of them, the sizes must be equal, or one of "
                "them 1"
            ),
        ),
        (
            lambda x: F.broadcast_to(x, (3, 2)),
            (
                "broadcast_to cannot broadcast the shape (3,) to (3, 2): counted from the last "
                "axis, each size must be the wanted one, or 1"
            ),
        ),
        (
            lambda x: F.sum_to(x, (2,)),
            (
                "sum_to cannot sum the shape (3,) to (2,): "
                "only a shape that broadcasts to (3,) can be left"
            ),
        ),
        (lambda x: F.sum_to(x, (1, 3)), "sum_to cannot sum the shape (3,) to (1, 3): only a"),
    ],
)
def test_shapes_that_do_not_fit_are_both_named(f, message):
    x = Variable([1.0, 2.0, 3.0])
    assert raised(ValueError, f, x).startswith(message)
    assert x.data.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda x: x.reshape(2, 2), ValueError, "cannot reshape array of size 3 into shape (2,2)"),
        (lambda x: x.sum(axis=1), np.exceptions.AxisError, "axis 1 is out of bounds for array of"),
        (lambda x: x.mean(axis=-2), np.exceptions.AxisError, "axis -2 is out of bounds for array"),
        (lambda x: x.sum(axis=(0, 0)), ValueError, "duplicate value in 'axis'"),
        (lambda x: F.expand_dims(x, 3), np.exceptions.AxisError, "axis 3 is out of bounds for"),
        (lambda x: F.swapaxes(x, 0, 1), np.exceptions.AxisError, "axis 1 is out of bounds for"),
        (lambda x: F.squeeze(x, 0), ValueError, "cannot select an axis to squeeze out which has"),
        (lambda x: x.transpose(0, 1), ValueError, "axes don't match array"),
        (lambda x: x[:0].max(), ValueError, "zero-size array to reduction operation maximum"),
        (lambda x: F.where(None, x, x), TypeError, "condition of where must be a number or an arr"),
        (lambda x: F.where("a", x, x), TypeError, "condition of where must be a number or an"),
        (lambda x: x.clip("a"), TypeError, "a_min of clip must be a number or an array of numb"),
        (lambda x: x.astype(complex), TypeError, "what AsType.forward returns must be real, but"),
        (lambda x: x.astype(str), TypeError, "what AsType.forward returns must be a number or an"),
        (lambda x: float(x), TypeError, "only "),
        (lambda x: len(Variable(1.0)), TypeError, "len() of unsized object"),
        (lambda x: list(Variable(1.0)), TypeError, "a Variable of shape () has no elements to go"),
        (lambda x: x.item(), ValueError, "can only convert an array of size 1 to a Python scalar"),
        (lambda x: bool(x), ValueError, "The truth value of an array with more than one element"),
        (lambda x: x.__setitem__(0, 1), TypeError, "assigning to x[...] would change numbers that"),
    ],
)
def test_what_numpy_refuses_is_refused(f, error, message):
    x = Variable([1.0, 2.0, 3.0])
    assert raised(error, f, x).startswith(message)
    assert x.data.tolist() == [1.0, 2.0, 3.0]
    assert x.creator is None


@pytest.mark.parametrize(
    "f",
    [
        lambda: Variable(2) ** -1,
        lambda: Variable([1, 2], name="n") ** np.array([1, -2]),
        lambda: 2 ** Variable(-1),
        lambda: F.pow(np.array([2]), Variable([-1])),
    ],
)
def test_integers_to_negative_powers_need_a_floating_base(f):
    text = raised(ValueError, f)
    assert re.sub("Power", "Pow", text) == (
        "Pow cannot raise integers to negative integers, because the results would be fractions: "
        "make the base floating, as in x.astype(float) ** -1"
    )
    assert (Variable(2).astype(float) ** -1).item() == 0.5


def test_assignment_to_elements_says_what_to_do():
    x = Variable([1.0, 2.0])
    with pytest.raises(TypeError, match=re.escape("for example with np.where(mask, value, x)")):
        x[0] = 5.0
    assert x.data.tolist() == [1.0, 2.0]


def test_a_function_without_forward():
    class Empty(Function):
        pass

    assert raised(TypeError, Empty(), Variable(1.0)) == (
        "Empty does not define forward(self, x, ...)"
    )
