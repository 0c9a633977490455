"""What the rule of a Function of one's own is given, wherever it stands, and what it may return."""

from __future__ import annotations

import numpy as np
import pytest

from tinygrad_ko import Function, Variable, check_gradients, no_grad


class Seen(Function):
    """The identity, which notes each gradient that it gets."""

    keeps = ""

    def __init__(self):
        self.given = []

    def forward(self, x):
        return x * 1

    def backward(self, gy):
        self.given.append(gy)
        return gy


class Gives(Function):
    """The identity, with a rule of the caller's."""

    keeps = ""

    def __init__(self, rule):
        self.rule = rule

    def forward(self, x):
        return x * 1

    def backward(self, gy):
        return self.rule(gy)


class Halves(Function):
    """Two halves, the second in single precision."""

    keeps = ""

    def __init__(self):
        self.given = []

    def forward(self, x):
        return x[:1], x[1:].astype(np.float32)

    def backward(self, *gys):
        self.given.append(gys)
        return np.concatenate([gy.astype(np.float64) for gy in gys])


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_a_rule_gets_the_gradient_in_the_dtype_of_its_output_whatever_the_next_rule_returns(
    dtype, create_graph
):
    wanted = np.float64 if dtype is np.int64 else dtype
    for other in (np.float16, np.float32, np.float64, np.int8):
        seen = Seen()
        y = Gives(lambda gy, other=other: gy.astype(other))(seen(Variable(np.ones(2, dtype))))
        y.backward(create_graph=create_graph)
        y.backward(create_graph=create_graph, gradient=Variable([1.0, 1.0]))
        assert [gy.dtype for gy in seen.given] == [wanted, wanted]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("given", [[1, 2], np.array([1.0, 2.0]), np.array([1, 2], np.float16)])
def test_a_rule_gets_the_given_gradient_in_the_dtype_of_its_output(given, create_graph):
    for gradient in (given, Variable(given)):
        seen = Seen()
        x = Variable(np.ones(2, np.float32))
        seen(x).backward(gradient=gradient, create_graph=create_graph)
        (gy,) = seen.given
        assert gy.dtype == np.float32
        assert x.grad.data.tolist() == [1.0, 2.0]


def test_without_create_graph_rules_get_arrays_and_gradients_have_no_graph():
    """Also where the gradient to start with is a Variable, or a rule returned one."""
    for rule in (lambda gy: gy, lambda gy: Variable(gy) * 1):
        first, last = Seen(), Seen()
        x, start = Variable([1.0, 2.0]), Variable([3.0, 4.0])
        y = last(Gives(rule)(first(x)))
        y.backward(gradient=start * start, retain_grad=True)
        assert [type(gy) for gy in first.given + last.given] == [np.ndarray] * 2
        assert x.grad.data.tolist() == [9.0, 16.0]
        assert (x.grad.creator, y.grad.creator) == (None, None)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("returned", [5, 5.0, np.float32(5), np.int8(5), np.array(5.0)])
def test_a_rule_may_return_any_kind_of_number_before_another_rule(returned, create_graph):
    seen, x = Seen(), Variable(2.0)
    Gives(lambda gy: returned)(seen(x)).backward(create_graph=create_graph)
    (gy,) = seen.given
    assert (gy.dtype, gy.shape) == (np.float64, ())
    assert x.grad.item() == 5.0


def test_a_list_of_numbers_is_one_gradient_before_another_rule():
    seen, x = Seen(), Variable([1.0, 2.0])
    Gives(lambda gy: [3, 4])(seen(x)).backward()
    assert seen.given[0].dtype == np.float64
    assert x.grad.data.tolist() == [3.0, 4.0]


@pytest.mark.parametrize("create_graph", [False, True])
def test_an_output_without_use_has_a_gradient_of_zeros_in_its_own_dtype(create_graph):
    for used in (0, 1):
        halves, x = Halves(), Variable([1.0, 2.0, 3.0])
        y = halves(x)[used]
        y.backward(create_graph=create_graph)
        (gys,) = halves.given
        assert [gy.dtype for gy in gys] == [np.float64, np.float32]
        assert [gy.shape for gy in gys] == [(1,), (2,)]
        assert x.grad.data.tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]][used]


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_wrong_gradient_of_one_of_several_outputs_is_named(create_graph):
    _, second = Halves()(Variable([1.0, 2.0, 3.0]))
    with pytest.raises(
        ValueError, match=r"^Gives\.backward returned a gradient of shape \(5,\)"
    ) as e:
        Gives(lambda gy: np.ones(5))(second).backward(create_graph=create_graph)
    assert str(e.value).endswith("for input 0, which has shape (2,)")


class Powers(Function):
    """The exponential of x and of 2x, with a rule that uses both."""

    keeps = "y"

    def forward(self, x):
        return np.exp(x), np.exp(2 * x)

    def backward(self, g, g2):
        y, y2 = self.outputs
        return g * y + 2 * g2 * y2


def test_a_rule_that_uses_its_outputs_is_differentiated_through_each_of_them():
    x = np.array([0.1, -0.4])
    check_gradients(lambda x: Powers()(x)[0], x, order=3)
    check_gradients(lambda x: Powers()(x)[1], x, order=3)
    check_gradients(lambda x: np.multiply(*Powers()(x)), x, order=3)


def test_what_no_rule_asks_for_is_not_kept():
    class Product(Function):
        keeps = ("x1", "x0")

        def forward(self, x, y):
            return x * y

        def backward(self, gy):
            x, y = self.inputs
            return gy * y, gy * x

    x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    both = Product()(x, y).creator
    assert (both.inputs[0] is x.data, both.inputs[1] is y.data, both.outputs) == (True, True, ())
    assert Product()(x, y.data).creator.inputs[0] is None
    assert Product()(x.data, y).creator.inputs[1] is None

    class Shifted(Product):
        keeps = ("", "x1")

    assert Shifted()(x, y.data).creator.inputs == ()
    assert Shifted()(x.data, y).creator.inputs == (None, y.data)


def test_gradients_in_between_are_kept_inside_no_grad_too():
    x = Variable(3.0)
    h = x * x
    y = h * h
    with no_grad():
        y.backward(retain_grad=True, create_graph=True)
    assert h.grad.item() == 18.0
    assert h.grad.creator is not None
    x.cleargrad()
    with no_grad():
        y.backward(create_graph=True)
    assert h.grad.item() == 18.0


def test_integers_that_a_rule_returns_reach_the_next_one_as_floating_numbers():
    received = []

    class Noted(Function):
        keeps = ""

        def forward(self, x):
            return x + 1

        def backward(self, gy):
            received.append(gy.dtype)
            return np.ones(gy.shape, np.int64)

    x = Variable([1, 2])
    Noted()(Noted()(x)).backward()
    assert received == [np.float64, np.float64]
    assert x.grad.dtype == np.float64
