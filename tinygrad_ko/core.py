"""Variable and Function: boxes for arrays, and the operations that connect them as they run.

A Variable points to the Function that made it; a Function points to the Functions (or leaf
Variables) that its inputs came from, and to its outputs only weakly. So there is no reference
cycle, and a graph goes away with the last Variable that needs it.
"""

from __future__ import annotations

from typing import Any, cast
from weakref import ref

import numpy as np

from tinygrad_ko import debug
from tinygrad_ko.arrays import FLOATING, NUMBERS, Array, as_array, explain_shapes, gradient_dtype
from tinygrad_ko.backpropagation import accumulate, free, no_graph, propagate, seed
from tinygrad_ko.config import modes
from tinygrad_ko.node import Node, checked_result, note_shape
from tinygrad_ko.numpy_protocol import NumPyProtocol

__all__ = ["Function", "Parameter", "Variable", "as_variable"]


class Variable(NumPyProtocol):
    """A box around an array that remembers how the array was computed.

    Operators, `tinygrad_ko.functions` and NumPy's own functions accept Variables and return new
    ones. The array is shared with the caller, not copied.

    Parameters
    ----------
    data : array_like
        A number, nested lists of numbers, or an array of any shape with a floating, integer or
        boolean dtype. Arrays keep their dtype and their type.
    name : str, optional
        A name for pictures of the graph.

    Raises
    ------
    TypeError
        If `data` is not numeric, is complex, or is a Variable already.
    ValueError
        If `data` is made of lists of unequal lengths.

    References
    ----------
    Steps 1 to 23 of "Deep Learning from Scratch 3" build a class of this name.

    Examples
    --------
    >>> from tinygrad_ko import Variable
    >>> x = Variable([1.0, 2.0, 3.0], name="x")
    >>> y = (x**2).sum()
    >>> y
    Variable(14.)
    >>> y.backward()
    >>> x.grad
    Variable([2., 4., 6.])
    """

    __slots__ = ("__weakref__", "_array", "_creator", "_grad", "_slot", "name")

    _creator: Function | None
    _grad: Any
    _slot: Any  # which output of its creator this is; for a leaf see `note_shape`

    def __init__(self, data: Any, name: str | None = None) -> None:
        if isinstance(data, Variable):
            raise TypeError("this is a Variable already; for a new one without a graph: x.data")
        self._array = as_array(data, "the data of a Variable")
        self._grad = self._creator = None
        self._slot = 0
        self.name = name

    @property
    def data(self) -> Array:
        """The array, shared and not copied; assign a new one to replace it.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable([1.0, 2.0])
        >>> x.data = x.data * 10
        >>> x
        Variable([10., 20.])
        """
        held: Any = self._array
        if isinstance(held, np.generic):  # NumPy's operations on arrays of shape () return such
            self._array = np.asarray(held)
        return self._array

    @data.setter
    def data(self, value: Any) -> None:
        if isinstance(value, Variable):
            raise TypeError(
                "data must be an array, but a Variable was given; use its array: "
                "x.data = other.data"
            )
        array = as_array(value, "the data of a Variable")
        if array.shape != self._array.shape:
            note_shape(self, array.shape)
        self._array = array

    @property
    def grad(self) -> Variable | None:
        """The gradient found by `backward`, of the same shape as `data`; None before that.

        Of the dtype of `data`, or float64 for integers. `backward` adds to it until `cleargrad`.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable(3.0)
        >>> x.grad is None
        True
        >>> (x * x).backward()
        >>> x.grad
        Variable(6.)
        """
        grad = self._grad
        if grad is not None and not isinstance(grad, Variable):
            grad = self._grad = _wrap(grad)
        return cast("Variable | None", grad)

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is not None:
            value = value if isinstance(value, Variable) else Variable(value)
            if value.shape != self.shape:
                raise ValueError(
                    f"the gradient of a Variable of shape {self.shape} has that shape too, "
                    f"but one of shape {value.shape} was given"
                )
        self._grad = value

    @property
    def creator(self) -> Function | None:
        """The Function call that computed this Variable; None for a leaf, made by hand.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable(3.0)
        >>> x.creator is None, (x * x).creator
        (True, <Mul of generation 0>)
        """
        return self._creator

    @property
    def generation(self) -> int:
        """How many Functions the longest path from a leaf to here goes through.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable(3.0)
        >>> x.generation, (x * x).generation, (x * x + x).generation
        (0, 1, 2)
        """
        return 0 if self._creator is None else self._creator.generation + 1

    def cleargrad(self) -> None:
        """Forget the gradient, so that the next `backward` starts from nothing.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable(3.0)
        >>> x.cleargrad()
        >>> x.grad is None
        True
        """
        self._grad = None

    def backward(
        self,
        retain_grad: bool = False,
        create_graph: bool = False,
        gradient: Any = None,
    ) -> None:
        """Find the gradient of this Variable with respect to every leaf, and add it to `grad`.

        Parameters
        ----------
        retain_grad : bool
            Also keep the gradients of the Variables in between that are still alive.
        create_graph : bool
            Record the computation of the gradients too, so that they can be differentiated.
        gradient : array_like or Variable, optional
            The gradient to start from, of this Variable's shape. Ones by default, which for an
            array gives the gradient of the sum of its elements.

        Raises
        ------
        RuntimeError
            If there is no graph behind this Variable.
        TypeError, ValueError
            If a rule or `gradient` does not give the right gradients; no `grad` has changed then.

        References
        ----------
        Linnainmaa, "Taylor expansion of the accumulated rounding error", BIT 16 (1976). The first
        two arguments are those of "Deep Learning from Scratch 3".

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable(2.0)
        >>> (x**3).backward(create_graph=True)
        >>> gx = x.grad
        >>> x.cleargrad()
        >>> gx.backward()
        >>> x.grad
        Variable(12.)
        """
        if self._creator is None:
            raise no_graph()
        seeds = {self._slot: seed(self, gradient)}
        found = propagate(self._creator, seeds, create_graph=create_graph, retain_grad=retain_grad)
        accumulate(found, create_graph)

    def unchain(self) -> None:
        """Make this Variable a leaf: forget how it was computed.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> y = Variable(3.0) ** 2
        >>> y.unchain()
        >>> y.creator is None
        True
        """
        if self._creator is not None:
            self._creator, self._slot = None, 0

    def unchain_backward(self) -> None:
        """Free the whole graph behind this Variable, and make every Variable in it a leaf.

        Truncated backpropagation through time (step 59 of the book) forgets old steps so.

        Examples
        --------
        >>> from tinygrad_ko import Variable
        >>> x = Variable(3.0)
        >>> h = x * x
        >>> y = h + 1
        >>> y.unchain_backward()
        >>> h.creator is None, y.creator is None
        (True, True)
        """
        if self._creator is not None:
            free(self._creator)

    def __repr__(self) -> str:
        text = repr(self.data)
        if text.startswith("array(") and isinstance(self._array, np.ndarray):
            text = text.replace("\n", "\n   ")  # "Variable" is three letters longer than "array"
            return "Variable" + text[len("array") :]
        return f"Variable({text})"


class Parameter(Variable):
    """A Variable that a model learns (step 44 of the book): another class, nothing more.

    Examples
    --------
    >>> from tinygrad_ko import Parameter, Variable
    >>> W = Parameter([[0.1, 0.2]], name="W")
    >>> isinstance(W, Variable), type(W * 2).__name__
    (True, 'Variable')
    """

    __slots__ = ()


def as_variable(value: Any) -> Variable:
    """Return a Variable as it is, and anything else as the data of a new one.

    Parameters
    ----------
    value : Variable or array_like
        As for `Variable`.

    Returns
    -------
    Variable
        Of the shape and dtype of `value`.

    Raises
    ------
    TypeError, ValueError
        As for `Variable`.

    Examples
    --------
    >>> from tinygrad_ko import Variable, as_variable
    >>> x = Variable(1.0)
    >>> as_variable(x) is x, as_variable(2.0)
    (True, Variable(2.))
    """
    return value if isinstance(value, Variable) else Variable(value)


def _wrap(data: Any, creator: Function | None = None, slot: int = 0) -> Variable:
    """Make a Variable around an array that the engine itself computed, without checking it."""
    variable = Variable.__new__(Variable)
    variable._array = data
    variable._grad = None
    variable._creator = creator
    variable._slot = slot
    variable.name = None
    return variable


def _wrap_all(ys: tuple[Any, ...], creator: Function | None) -> Variable:
    """Do so for each of several outputs; typed as one Variable, which nearly all calls return."""
    return cast(Variable, tuple([_wrap(y, creator, k if creator else 0) for k, y in enumerate(ys)]))


class Function(Node):
    """An operation: a formula in `forward`, its derivative in `backward`.

    Calling an instance computes `forward` on the arrays of its arguments and, where a Variable
    is among them, becomes the node of the graph that `backward` will visit: so make one for each
    call, because it holds its graph as long as it lives. Both methods are written with NumPy
    functions and operators. Given arrays they compute numbers; in ``backward(create_graph=True)``
    the same lines get Variables, and are recorded themselves.

    Attributes
    ----------
    keeps : str or tuple of str
        What a subclass needs in `backward`: ``"x"`` all inputs, ``"x0"`` the first one, ``"y"``
        the outputs, ``"x y"`` both (the default), ``""`` nothing. A tuple says it for the
        gradient of each input in turn, so that what no gradient needs is not kept.
    inputs : tuple
        In `backward`: the inputs of the call, None in the place of those that were not kept.
    outputs : tuple
        In `backward`: the outputs of the call, if kept.
    parents : tuple
        For each input the Function it came from, the leaf Variable, or None for a constant.
    generation : int
        The largest generation among the inputs.

    Raises
    ------
    TypeError, ValueError
        From a call: if an argument is not numeric, if the arguments do not broadcast, or if
        `forward` does not return arrays.

    References
    ----------
    The class of this name in "Deep Learning from Scratch 3"; ``torch.autograd.Function``, where
    `keeps` is ``ctx.save_for_backward`` and `wants` is ``ctx.needs_input_grad``.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_ko import Function, Variable
    >>> class Cube(Function):
    ...     keeps = "x"
    ...     def forward(self, x):
    ...         return x**3
    ...     def backward(self, gy):
    ...         x, = self.inputs
    ...         return 3 * x**2 * gy
    >>> x = Variable(2.0)
    >>> y = Cube()(x)
    >>> y.backward()
    >>> y, x.grad
    (Variable(8.), Variable(12.))
    """

    def forward(self, *args: Any, **kwargs: Any) -> Any:  # a subclass has its own
        """Compute the output array, or a tuple of them, from the input arrays.

        Examples
        --------
        >>> import numpy as np
        >>> from tinygrad_ko.functions import Sin
        >>> Sin().forward(np.array(0.0))
        np.float64(0.0)
        """
        raise TypeError(f"{type(self).__name__} does not define forward(self, x, ...)")

    def backward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the gradient of each input from the gradients of the outputs.

        One array for one input, a tuple for several. A gradient may have the shape of the
        broadcast inputs: the engine sums it to the shape of its input. For an input that is a
        constant (see `wants`) it may be None.

        Examples
        --------
        >>> import numpy as np
        >>> from tinygrad_ko.functions import Add
        >>> Add().backward(np.array([1.0, 2.0]))
        (array([1., 2.]), array([1., 2.]))
        """
        raise TypeError(f"{type(self).__name__} does not define backward(self, gy, ...)")

    def __call__(self, *inputs: Any) -> Variable:
        # State belongs to the call: an instance that is a node already is called through a copy.
        node = self if self.parents is None else self._unused()
        arrays = []
        parents: list[Node | Variable | None] = []
        slots = None
        generation = constants = 0
        for x in inputs:
            if isinstance(x, Variable):
                arrays.append(x._array)
                creator = x._creator
                if x._slot:
                    slots = slots or [0] * len(inputs)
                    slots[len(parents)] = x._slot
                if creator is None:
                    parents.append(x)
                else:
                    if creator.generation >= generation:
                        generation = creator.generation + 1
                    parents.append(creator)
            else:
                if type(x) not in NUMBERS:
                    x = as_array(x, f"argument {len(arrays)} of {type(self).__name__}")
                arrays.append(x)
                parents.append(None)
                constants += 1

        try:
            # Two arguments, the usual number, go in without a list to unpack, which takes longer.
            y = node.forward(arrays[0], arrays[1]) if len(arrays) == 2 else node.forward(*arrays)
        except ValueError as error:
            explain_shapes(type(self).__name__, arrays, error)
            raise
        if type(y) not in FLOATING or (dtype := y.dtype).kind != "f":  # seldom: checks are needed
            y = checked_result(type(self).__name__, y)
            dtype = np.dtype(float) if type(y) is tuple else gradient_dtype(y.dtype)
        mode = modes.get()
        if constants == len(arrays) or not mode.enable_backprop:
            if mode.debug:
                debug.check_forward(self, arrays, y)
            return _wrap_all(y, None) if type(y) is tuple else _wrap(y)
        node.parents = tuple(parents)
        node.generation = generation
        if slots is not None:
            node._slots = tuple(slots)
        if node._needs:
            node._keep(arrays, y, constants)
        if type(y) is tuple:
            value = _wrap_all(y, node)
            node._specs = tuple([(each.shape, each.dtype) for each in y])
            node._output_refs = tuple(map(ref, cast("tuple[Variable, ...]", value)))
        else:
            value = _wrap(y, node)
            node._shape, node._dtype = y.shape, dtype
            node._output_ref = ref(value)
        if mode.debug:
            node._record = debug.Record(node.inputs, node.outputs)
            debug.check_forward(node, arrays, y)
        return value

    def _rejoined(self) -> Function:
        """Return a copy whose kept arrays are Variables, joined to the graph they came from.

        A rule that computes with them is recorded, and so can be differentiated.
        """
        if not self.inputs and not self.outputs:
            return self
        node = type(self).__new__(type(self))
        node.__dict__.update(self.__dict__)
        node.outputs = tuple([_wrap(y, self, k) for k, y in enumerate(self.outputs)])
        inputs = []
        for i, x in enumerate(self.inputs):
            parent = cast("tuple[Any, ...]", self.parents)[i]
            if x is None or parent is None:
                inputs.append(x)
            elif isinstance(parent, Function):
                inputs.append(_wrap(x, parent, self._slots[i] if self._slots else 0))
            else:
                # The leaf may hold other numbers by now; the gradient is still that leaf's.
                inputs.append(parent if parent._array is x else _Alias.of(x, parent))
        node.inputs = tuple(inputs)
        return node


class _Alias(Function):
    """Numbers that a leaf had earlier: the identity, for gradients on their way to the leaf."""

    keeps = ""

    @classmethod
    def of(cls, data: Any, leaf: Variable) -> Variable:
        node = cls()
        node.parents = (leaf,)
        node._slots, node._shape, node._dtype = ((None, data.shape),), data.shape, data.dtype
        return _wrap(data, node)

    def backward(self, gy: Any) -> Any:
        return gy
