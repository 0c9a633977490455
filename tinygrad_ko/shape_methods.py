"""The methods of a Variable that put its elements in other places, as those of ndarray do.

They call NumPy's function of the same name, which asks the Variable for ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from tinygrad_ko.core import Variable

__all__ = ["ShapeMethods"]


class ShapeMethods:
    """Methods beside `reshape` and `transpose`, which more code depends on."""

    __slots__ = ()

    def ravel(self) -> Variable:
        """See `tinygrad_ko.functions.ravel`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0], [3.0, 4.0]]).ravel()
        Variable([1., 2., 3., 4.])
        """
        return cast("Variable", np.ravel(cast(Any, self)))

    def flatten(self) -> Variable:
        """See `tinygrad_ko.functions.ravel`; no copy is made, since nothing changes in place.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0], [3.0, 4.0]]).flatten()
        Variable([1., 2., 3., 4.])
        """
        return self.ravel()

    def swapaxes(self, axis1: int, axis2: int) -> Variable:
        """See `tinygrad_ko.functions.swapaxes`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0], [3.0, 4.0]]).swapaxes(0, 1)
        Variable([[1., 3.],
                  [2., 4.]])
        """
        return cast("Variable", np.swapaxes(cast(Any, self), axis1, axis2))

    def squeeze(self, axis: int | tuple[int, ...] | None = None) -> Variable:
        """See `tinygrad_ko.functions.squeeze`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([[1.0, 2.0]]).squeeze()
        Variable([1., 2.])
        """
        return cast("Variable", np.squeeze(cast(Any, self), axis))

    def repeat(self, repeats: Any, axis: int | None = None) -> Variable:
        """See `tinygrad_ko.functions.repeat`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([1.0, 2.0]).repeat(2)
        Variable([1., 1., 2., 2.])
        """
        return cast("Variable", np.repeat(cast(Any, self), repeats, axis))

    def take(self, indices: Any, axis: int | None = None) -> Variable:
        """See `tinygrad_ko.functions.take`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> Variable([1.0, 2.0, 3.0]).take([2, 0])
        Variable([3., 1.])
        """
        return cast("Variable", np.take(cast(Any, self), indices, axis))
