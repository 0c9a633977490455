"""A rule that is wrong is named, with what it gave and what was wanted; no gradient has changed."""

from __future__ import annotations

import numpy as np
import pytest

from tinygrad_ko import Function, Variable


def make(rule, forward=lambda *xs: xs[0] * 1.0, keeps="x y"):
    """A Function called Rule, from plain functions."""
    return type(
        "Rule",
        (Function,),
        {
            "keeps": keeps,
            "forward": lambda self, *xs: forward(*xs),
            "backward": lambda self, *gys: rule(self, *gys),
        },
    )()


def refused(error, function, *inputs, create_graph=False):
    """The text of the error of backward, after which every gradient is what it was."""
    xs = [Variable(x) for x in inputs]
    other = Variable(np.ones(3))
    for x in (*xs, other):
        x.grad = np.full(x.shape, 7.0)
    y = function(*xs) + other
    with pytest.raises(error) as info:
        y.backward(create_graph=create_graph, retain_grad=True)
    assert type(info.value) is error
    assert all((x.grad.data == 7.0).all() for x in (*xs, other))
    assert y.grad is None
    return str(info.value)


POINT = [1.0, 2.0, 3.0]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(
    ("given", "count"),
    [(lambda gy: gy, 1), (lambda gy: (gy, gy, gy), 3), (lambda gy: (), 0), (lambda g: [g, g], 1)],
)
def test_the_wrong_number_of_gradients(given, count, create_graph):
    function = make(lambda self, gy: given(gy))
    assert refused(TypeError, function, POINT, POINT, create_graph=create_graph) == (
        f"Rule.backward must return one gradient for each of its 2 inputs, but it returned {count}"
    )


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("shape", [(), (1,), (2,), (4,), (1, 4)])
def test_gradients_of_a_shape_that_is_not_the_inputs(shape, create_graph):
    for before in ((lambda x: x), (lambda x: x * 1.0)):  # of a leaf, and of a result
        function = make(lambda self, gy: np.ones(shape))
        text = refused(ValueError, lambda x, f=function, b=before: f(b(x)), POINT)
        assert text == (
            f"Rule.backward returned a gradient of shape {shape} for input 0, which has shape (3,)"
        )


def test_no_gradient_where_one_is_wanted():
    assert refused(TypeError, make(lambda self, gy: (gy, None)), POINT, POINT) == (
        "Rule.backward returned None for input 1, which wants a gradient; where there is none, "
        "return zeros: np.zeros_like(gy)"
    )
    x = Variable(POINT)
    make(lambda self, gy: (gy, None))(x, POINT).backward()  # a constant wants none
    assert x.grad.data.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("gradient", "dtype"), [(np.ones(3, complex), "complex128"), ("abc", "<U3"), ({}, "object")]
)
def test_gradients_that_are_not_real_numbers(gradient, dtype):
    assert refused(TypeError, make(lambda self, gy: gradient), POINT) == (
        f"Rule.backward returned a gradient of dtype {dtype} for input 0; "
        "gradients are real numbers"
    )


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (lambda self, gy: gy * self.inputs[1], IndexError),
        (lambda self, gy: gy * self.outputs[0], IndexError),
        (lambda self, gy: np.reshape(gy, self.inputs[0].shape), IndexError),
        (lambda self, gy: next(gy * x for (x,) in [self.inputs]), ValueError),
    ],
)
def test_a_rule_that_needs_what_it_does_not_keep_is_told_so(rule, error):
    text = refused(error, make(rule, keeps=""), POINT)
    assert text.startswith("Rule.backward failed: ")
    assert text.endswith(
        "It keeps '' of its inputs (x) and outputs (y); if the formula needs more, name it in keeps"
    )


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (lambda self, gy: (gy * self.inputs[1], gy), TypeError),
        (lambda self, gy: (np.reshape(gy, self.inputs[1].shape), gy), AttributeError),
        # NumPy's own subclass of TypeError, which wants other arguments than a text.
        (lambda self, gy: (np.sign(gy > 0), gy), TypeError),
        # and of ValueError
        (lambda self, gy: (np.sum(gy, axis=4), gy), ValueError),
    ],
)
def test_the_input_that_was_not_kept_reads_as_none(rule, error):
    text = refused(error, make(rule, keeps="x0"), POINT, POINT)
    assert text.startswith("Rule.backward failed: ")
    assert "It keeps 'x0' of its inputs (x)" in text


def test_other_errors_of_a_rule_come_through_as_they_are():
    def rule(self, gy):
        raise KeyError("mine")

    assert refused(KeyError, make(rule, keeps=""), POINT) == "'mine'"

    def typed(self, gy):
        raise TypeError("mine")

    assert refused(TypeError, make(typed), POINT) == "mine"  # it keeps all there is


NOT_A_VARIABLE = (
    "must be an array, not a Variable: forward gets arrays, so compute with NumPy's functions there"
)


@pytest.mark.parametrize(
    ("result", "error", "message"),
    [
        (lambda x: Variable(x), TypeError, NOT_A_VARIABLE),
        (lambda x: [x, x], TypeError, "must be an array, or a tuple of arrays, not a list"),
        (lambda x: None, TypeError, "must be a number or an array of numbers, but None is of type"),
        (lambda x: "text", TypeError, "must be a number or an array of numbers, but 'text' is of"),
        (lambda x: (x, None), TypeError, "must be a number or an array of numbers, but None is"),
        (lambda x: x * 1j, TypeError, "must be real, but has the complex dtype complex128"),
    ],
)
def test_results_that_are_not_arrays(result, error, message):
    function = make(lambda self, gy: gy, forward=result)
    for argument in (Variable(POINT), POINT):
        with pytest.raises(error) as info:
            function(argument)
        assert str(info.value).startswith("what Rule.forward returns " + message)
    assert function.parents is None  # it can still be called with something better


def test_a_function_without_backward():
    class Half(Function):
        keeps = ""

        def forward(self, x):
            return x / 2

    text = refused(TypeError, Half(), POINT)
    assert "Half does not define backward(self, gy, ...)" in text


@pytest.mark.parametrize("entry", ["z", "x0 z", "xx", "x-1", ("x0", "z")])
def test_an_unknown_entry_of_keeps_is_refused_when_the_class_is_made(entry):
    token = "z" if "z" in entry else entry
    with pytest.raises(ValueError, match=r"^Rule.keeps has the entry ") as info:
        make(lambda self, gy: gy, keeps=entry)
    assert str(info.value) == (
        f"Rule.keeps has the entry {token!r}; the entries are 'x' for all inputs, 'x0', 'x1', ... "
        "for one of them, and 'y' for the outputs"
    )


def test_keeps_with_an_entry_for_each_input_must_have_as_many():
    function = make(lambda self, gy: (gy, gy), keeps=("x0", "x1", "y"))
    with pytest.raises(TypeError) as info:
        function(Variable(POINT), POINT)
    assert str(info.value) == "Rule.keeps has 3 entries, but the call had 2 arguments"


def test_a_broadcast_that_fails_inside_a_forward_of_ones_own_is_numpys_error():
    function = make(lambda self, gy: gy, forward=lambda x: x + np.ones(4))
    with pytest.raises(ValueError, match=r"^operands could not be broadcast together"):
        function(Variable(POINT))


def test_an_input_number_that_does_not_exist_cannot_be_asked_for():
    y = Variable(1.0) * 2
    with pytest.raises(IndexError):
        y.creator.wants(2)
