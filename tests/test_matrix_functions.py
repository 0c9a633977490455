"""Inverses and determinants where engines go wrong: stacks, singular matrices, integers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import tinygrad_ko.functions as F
from tinygrad_ko import Variable, check_gradients


def filled(*shapes):
    rng = np.random.default_rng(0)
    return [rng.uniform(-2, 2, shape) for shape in shapes]


def gradient(f, x):
    x = Variable(np.asarray(x))
    y = f(x)
    y.backward()
    return x.grad


MATRICES = [
    [[0.0]],
    [[1.0, 2.0], [2.0, 4.0]],
    [[0.0, 0.0], [0.0, 0.0]],
    [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]],
    [[1.0, 0.0, 1.0], [2.0, 0.0, 2.0], [3.0, 0.0, 3.0]],
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],
    [[0.0] * 3] * 3,
    [[1.0, 1.0, 1.0, 1.0]] * 4,
    [[1e-4, 0.0], [0.0, 0.0]],
    [[1.0, 0.0, 0.0], [0.0, 1e-9, 0.0], [0.0, 0.0, 0.0]],
    [[[1.0, 2.0], [2.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]],
]


def by_permutations(x):
    """The determinant by its definition, in operations that know nothing of matrices."""
    n = x.shape[-1]
    total = 0.0
    for order in itertools.permutations(range(n)):
        inversions = sum(a > b for a, b in itertools.combinations(order, 2))
        term = (-1.0) ** inversions
        for i, j in enumerate(order):
            term = term * x[..., i, j]
        total = total + term
    return total


@pytest.mark.parametrize("matrix", MATRICES, ids=str)
def test_the_determinant_of_a_singular_matrix_has_right_derivatives_up_to_the_third(matrix):
    found = []
    for f in (F.det, by_permutations):
        x, orders = Variable(np.array(matrix)), []
        rng = np.random.default_rng(0)
        y = f(x)
        for _ in range(3):
            x.cleargrad()
            y.backward(create_graph=True)
            orders.append(x.grad.data if x.grad is not None else np.zeros(x.shape))
            if x.grad is None or x.grad.creator is None:
                break
            y = F.sum(x.grad * rng.uniform(0.5, 1.5, x.shape))
        found.append(orders)
    for ours, expected in itertools.zip_longest(*found, fillvalue=np.zeros(())):
        np.testing.assert_allclose(ours, expected + np.zeros(x.shape), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("smallest", [1e-3, 1e-9, 1e-13, 1e-16, 1e-18, 0.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_cofactors_stay_accurate_however_close_to_singular(smallest, dtype):
    rng = np.random.default_rng(1)
    u, v = (np.linalg.qr(rng.normal(size=(6, 6)))[0] for _ in range(2))
    s = np.array([3.0, 2.5, 2.0, 1.5, 1.0, smallest])
    cofactors = (
        np.linalg.det(u)
        * np.linalg.det(v)
        * (u * [np.prod(np.delete(s, i)) for i in range(6)])
        @ v.T
    )
    found = gradient(F.det, ((u * s) @ v.T).astype(dtype))
    assert found.dtype == dtype
    np.testing.assert_allclose(found.data, cofactors, atol=500 * np.finfo(dtype).eps)


def test_what_is_not_finite_stays_so_without_an_error():
    with np.errstate(invalid="ignore"):
        assert np.isnan(gradient(F.det, np.full((2, 2), np.nan)).data).all()
        assert np.isnan(gradient(F.inv, np.full((2, 2), np.nan)).data).all()


@pytest.mark.parametrize("f", [F.inv, F.det, lambda x: F.slogdet(x).logabsdet])
def test_functions_of_matrices_without_elements_have_gradients_without_elements(f):
    for shape in ((0, 0), (0, 2, 2), (2, 0, 0)):
        assert gradient(f, np.zeros(shape)).shape == shape


@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.uint8, np.int64])
def test_functions_of_matrices_take_integers_and_stay_in_single_precision(dtype):
    x, b = np.array([[2, 1], [1, 3]], dtype), np.array([1, 2], dtype)
    for ours, theirs in (
        (F.inv, np.linalg.inv),
        (F.det, np.linalg.det),
        (lambda x: F.slogdet(x)[1], lambda x: np.linalg.slogdet(x)[1]),
        (lambda x: F.solve(x, b), lambda x: np.linalg.solve(x, b)),
    ):
        leaf = Variable(x)
        y = ours(leaf)
        y.backward()
        np.testing.assert_array_equal(y.data, theirs(x))
        assert y.dtype == theirs(x).dtype
        assert leaf.grad.dtype == (dtype if dtype == np.float32 else np.float64)


def test_a_large_determinant_overflows_but_not_its_logarithm():
    x = Variable(np.eye(200) * 1e3)
    y = F.slogdet(x).logabsdet
    y.backward()
    assert y.item() == pytest.approx(200 * np.log(1e3))
    np.testing.assert_allclose(x.grad.data, np.eye(200) * 1e-3)


def test_the_sign_of_a_determinant_takes_no_gradient():
    sign, logabsdet = F.slogdet(x := Variable([[1.0, 2.0], [3.0, 4.0]]))
    assert sign.item() == -1.0
    sign.backward()
    np.testing.assert_array_equal(x.grad.data, np.zeros((2, 2)))
    x.cleargrad()
    (sign * logabsdet).backward()
    np.testing.assert_allclose(x.grad.data, -np.linalg.inv(x.data).T)


def test_the_logarithm_of_the_determinant_of_a_singular_matrix_is_minus_infinity():
    x = Variable(np.ones((2, 2)))
    sign, logabsdet = F.slogdet(x)
    assert (sign.item(), logabsdet.item()) == (0.0, -np.inf)
    for create_graph in (False, True):
        with pytest.raises(np.linalg.LinAlgError) as raised:
            logabsdet.backward(create_graph=create_graph)
        assert str(raised.value).startswith("the gradient of slogdet needs a matrix with an inv")
        assert x.grad is None


@pytest.mark.parametrize(
    ("shape0", "shape1"),
    [
        ((2, 2), (2,)),
        ((2, 2), (2, 3)),
        ((3, 2, 2), (2,)),
        ((2, 2), (3, 2, 1)),
        ((3, 2, 2), (2, 1)),
        ((3, 1, 2, 2), (2, 2, 1)),
        ((1, 1), (1,)),
        ((3, 1, 1), (1,)),
        ((0, 0), (0,)),
        ((2, 2), (2, 0)),
    ],
)
def test_systems_are_solved_for_vectors_and_matrices_and_stacks(shape0, shape1):
    a, b = filled(shape0, shape1)
    a = a + 5 * np.eye(a.shape[-1])
    np.testing.assert_array_equal(F.solve(a, b).data, np.linalg.solve(a, b))
    check_gradients(F.solve, a, b, order=2)
    for constant in (0, 1):
        leaf = Variable((a, b)[1 - constant])
        F.solve(*((leaf, b) if constant else (a, leaf))).backward()
        both = [Variable(a), Variable(b)]
        F.solve(*both).backward()
        np.testing.assert_array_equal(leaf.grad.data, both[1 - constant].grad.data)


SINGULAR = np.ones((2, 2))


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (
            lambda: F.inv(SINGULAR),
            np.linalg.LinAlgError,
            r"this one is singular; .*matrix_rank.* says how many of its rows are independent$",
        ),
        (lambda: F.inv([SINGULAR, np.eye(2)]), np.linalg.LinAlgError, "one of these is singular"),
        (lambda: F.solve(SINGULAR, np.ones(2)), np.linalg.LinAlgError, "solve needs a matrix with"),
        (lambda: F.solve(np.eye(2), np.ones(3)), ValueError, r"2 rows, of shape \(2,\) or"),
        (lambda: F.solve(np.eye(2), 1.0), ValueError, r"its shape is \(\)"),
        (
            lambda: F.solve(np.ones((3, 2, 2)) + np.eye(2), np.ones((2, 2, 1))),
            ValueError,
            "Solve cannot combine the shapes",
        ),
        (
            lambda: F.det(np.ones((2, 3))),
            np.linalg.LinAlgError,
            r"det needs a square matrix, or a stack of them of shape \(\.\.\., n, n\)",
        ),
        (lambda: F.slogdet(np.ones(2)), np.linalg.LinAlgError, "slogdet needs a square matrix"),
        (
            lambda: F.inv(np.eye(2, dtype=np.float16)),
            TypeError,
            (
                "inv computes in float32 or float64, but a of inv has dtype float16: convert it "
                r"first, for example with x\.astype\(np\.float32\)$"
            ),
        ),
        (lambda: F.inv("a"), TypeError, "^a of inv must be a number or an array"),
        (lambda: F.solve(np.eye(2), "b"), TypeError, "^b of solve must be a number or an array"),
        (lambda: F.solve(np.eye(2), np.ones(2, np.float16)), TypeError, "b of solve has dtype"),
    ],
)
def test_bad_arguments_are_answered_in_a_sentence(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


@pytest.mark.parametrize("name", ["inv", "solve", "det", "slogdet"])
def test_an_answer_begins_with_the_name_of_the_function_or_of_its_argument(name):
    def f(a):
        return F.solve(a, np.ones(2)) if name == "solve" else getattr(F, name)(a)

    narrow = np.eye(2, dtype=np.float16)
    for a, kind, text in (
        (np.ones((2, 3)), np.linalg.LinAlgError, f"{name} needs a square matrix"),
        (narrow, TypeError, f"{name} computes in float32 or float64, but a of {name} has dtype"),
        ("a", TypeError, f"a of {name} must be a number or an array"),
    ):
        with pytest.raises(kind, match=f"^{text}"):
            f(a)
    if name == "solve":
        with pytest.raises(TypeError, match=r"^solve computes in float32 or float64, but b of so"):
            F.solve(np.eye(2), narrow)
        text = (
            r"needs a b with 2 rows, of shape \(2,\) or \(\.\.\., 2, k\), but its shape is \(3,\)$"
        )
        with pytest.raises(ValueError, match=text):
            F.solve(np.ones((4, 3, 2, 2)), np.ones(3))
