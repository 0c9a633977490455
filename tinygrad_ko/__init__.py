"""Automatic differentiation that can be read in an evening: a Define-by-Run engine on NumPy."""

from tinygrad_ko import functions
from tinygrad_ko.config import debug_mode, no_grad, using_config
from tinygrad_ko.core import Function, Parameter, Variable, as_variable
from tinygrad_ko.numerical import (
    GradientMismatch,
    central_difference,
    check_gradients,
    forward_difference,
    numerical_diff,
    numerical_gradient,
)
from tinygrad_ko.transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__version__ = "0.1.0"

__all__ = [
    "Function",
    "GradientMismatch",
    "Parameter",
    "Variable",
    "as_variable",
    "central_difference",
    "check_gradients",
    "debug_mode",
    "forward_difference",
    "functions",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "no_grad",
    "numerical_diff",
    "numerical_gradient",
    "using_config",
    "value_and_grad",
    "vjp",
]
