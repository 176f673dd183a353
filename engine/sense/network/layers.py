"""The layers as numpy computes them, a step at a time or a whole sequence at once.

Arrays are float32 with features last; `run` has time before them, and both take any leading
axes of independent sequences. One step of a small network is dominated by what each numpy call
costs by itself, a fifth to half of a microsecond, and not by arithmetic: products are fused into
few matrices, what a layer made itself is changed in place, and constants are arrays.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
import math
from typing import Protocol, override

import numpy as np
from numpy.typing import NDArray

from .structure import (
    Activation,
    Conv,
    Dense,
    Depthwise,
    Function,
    Gru,
    Layer,
    Mean,
    Norm,
    Residual,
)

type Array = NDArray[np.float32]
type State = tuple[Array, ...]
"""What the layers remember, one array for each that does, with the leading axes of the input."""

NORM_EPSILON = 1e-5
"""Added to the variance by layer normalisation, so that equal features give no division by 0."""


def _constant(value: float) -> Array:
    """A number as an array, which numpy takes in a third of the time of one of Python."""
    return np.array(value, np.float32)


_ZERO, _HALF, _ONE = map(_constant, (0.0, 0.5, 1.0))
_EPSILON = _constant(NORM_EPSILON)
_GELU_SCALE = _constant(math.sqrt(2.0 / math.pi))
_GELU_CUBED = _constant(math.sqrt(2.0 / math.pi) * 0.044715)
"""For GELU as x/2 (1 + tanh(_GELU_SCALE x + _GELU_CUBED x³))."""


class Runner(Protocol):
    """One layer with its weights.

    One that remembers takes the next array of the state before, and adds its own to that after.
    """

    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        """One time step: x (…, inputs) to (…, outputs)."""

    def run(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        """Many time steps: x (…, time, inputs) to (…, time, outputs)."""


def runner(layer: Layer, place: str, weights: Mapping[str, Array]) -> Runner:
    """What computes a layer, given all weights of its network by name."""
    match layer:
        case Dense():
            return _Dense(weights[f"{place}.weight"], weights[f"{place}.bias"])
        case Conv(dilation=dilation):
            return _Conv(weights[f"{place}.weight"], weights[f"{place}.bias"], dilation)
        case Depthwise(dilation=dilation):
            return _Depthwise(weights[f"{place}.weight"], weights[f"{place}.bias"], dilation)
        case Gru():
            roles = ("weight", "recurrent", "bias", "inner")
            return _Gru(*(weights[f"{place}.{role}"] for role in roles))
        case Norm():
            return _Norm(weights[f"{place}.scale"], weights[f"{place}.offset"])
        case Activation(function):
            return _Activation(function)
        case Residual(layers):
            return _Residual(layers, place, weights)
        case Mean(members):
            return _Mean(members, place, weights)


class Chain:
    """Layers one after another."""

    def __init__(
        self, layers: tuple[Layer, ...], prefix: str, weights: Mapping[str, Array]
    ) -> None:
        self._layers = [runner(layer, f"{prefix}{at}", weights) for at, layer in enumerate(layers)]

    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        """One time step through all layers."""
        for layer in self._layers:
            x = layer.step(x, before, after)
        return x

    def run(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        """Many time steps, layer by layer."""
        for layer in self._layers:
            x = layer.run(x, before, after)
        return x


def _product(x: Array, weight: Array) -> Array:
    """The product of x (…, inputs) and a weight (inputs, outputs)."""
    # The method, because the function and the operator take longer than the product; BLAS
    # knows no more than two axes.
    rows = x if x.ndim <= 2 else x.reshape(-1, x.shape[-1])
    y: Array = rows.dot(weight)
    return y if x.ndim <= 2 else y.reshape(*x.shape[:-1], weight.shape[1])


class _Stateless(ABC):
    """A layer to which time is an axis like any other."""

    @abstractmethod
    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array: ...

    def run(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        return self.step(x, before, after)


class _Dense(_Stateless):
    def __init__(self, weight: Array, bias: Array) -> None:
        self._weight, self._bias = weight, bias

    @override
    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        y = _product(x, self._weight)
        y += self._bias
        return y


class _Norm(_Stateless):
    def __init__(self, scale: Array, offset: Array) -> None:
        self._scale, self._offset = scale, offset
        self._mean = np.full(len(scale), 1.0 / len(scale), np.float32)

    @override
    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        # Means as products, which for a vector is several times faster than mean().
        y: Array = x - np.dot(x, self._mean)[..., None]
        variance = np.dot(np.square(y), self._mean)
        y *= self._scale / np.sqrt(variance + _EPSILON)[..., None]
        y += self._offset
        return y


class _Activation(_Stateless):
    def __init__(self, function: Function) -> None:
        self._function = _FUNCTIONS[function]

    @override
    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        return self._function(x)


class _Residual:
    def __init__(self, layers: tuple[Layer, ...], place: str, weights: Mapping[str, Array]) -> None:
        self._inner = Chain(layers, f"{place}.", weights)

    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        return x + self._inner.step(x, before, after)

    def run(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        return x + self._inner.run(x, before, after)


class _Mean:
    def __init__(
        self, members: tuple[tuple[Layer, ...], ...], place: str, weights: Mapping[str, Array]
    ) -> None:
        self._members = [
            Chain(layers, f"{place}.{at}.", weights) for at, layers in enumerate(members)
        ]
        self._share = np.float32(1.0 / len(members))

    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        return self._mean([each.step(x, before, after) for each in self._members])

    def run(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        return self._mean([each.run(x, before, after) for each in self._members])

    def _mean(self, said: list[Array]) -> Array:
        total = said[0] * self._share
        for each in said[1:]:
            total += each * self._share
        return total


class _Conv:
    def __init__(self, weight: Array, bias: Array, dilation: int) -> None:
        self._weight, self._bias, self._dilation = weight, bias, dilation
        # All taps as one product: the rows that a step sees, end to end.
        self._fused = weight.reshape(-1, weight.shape[-1])

    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        seen = np.concatenate((next(before), x[..., None, :]), axis=-2)
        after.append(seen[..., 1:, :])
        taps = seen[..., :: self._dilation, :]
        y = _product(taps.reshape(*x.shape[:-1], -1), self._fused)
        y += self._bias
        return y

    def run(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        steps = x.shape[-2]
        seen = np.concatenate((next(before), x), axis=-2)
        # Copied, so that the state does not keep the whole sequence.
        after.append(seen[..., steps:, :].copy())
        y = _product(seen[..., :steps, :], self._weight[0])
        for tap in range(1, len(self._weight)):
            start = tap * self._dilation
            y += _product(seen[..., start : start + steps, :], self._weight[tap])
        y += self._bias
        return y


class _Depthwise:
    def __init__(self, weight: Array, bias: Array, dilation: int) -> None:
        self._weight, self._bias, self._dilation = weight, bias, dilation

    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        seen = np.concatenate((next(before), x[..., None, :]), axis=-2)
        after.append(seen[..., 1:, :])
        y: Array = (seen[..., :: self._dilation, :] * self._weight).sum(axis=-2)
        y += self._bias
        return y

    def run(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        steps = x.shape[-2]
        seen = np.concatenate((next(before), x), axis=-2)
        after.append(seen[..., steps:, :].copy())
        y: Array = seen[..., :steps, :] * self._weight[0]
        for tap in range(1, len(self._weight)):
            start = tap * self._dilation
            y += seen[..., start : start + steps, :] * self._weight[tap]
        y += self._bias
        return y


class _Gru:
    """Gates by sigmoid(x) = (1 + tanh(x / 2)) / 2, with the inner half in the weights.

    Halving is exact in floating point, and spares several calls a step.
    """

    def __init__(self, weight: Array, recurrent: Array, bias: Array, inner: Array) -> None:
        self._units = len(inner)
        self._gates = 2 * self._units
        one, half = np.ones(self._units, np.float32), np.full(self._units, _HALF)
        halves = np.concatenate((half, half, one))
        self._weight = weight * halves
        self._bias = bias * halves
        self._recurrent = recurrent * _HALF
        self._inner = np.concatenate((np.zeros(self._gates, np.float32), inner * _HALF))

    def step(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        driven = _product(x, self._weight)
        driven += self._bias
        held = self._next(driven, next(before))
        after.append(held)
        return held

    def run(self, x: Array, before: Iterator[Array], after: list[Array]) -> Array:
        driven = _product(x, self._weight)
        driven += self._bias
        held = next(before)
        y = np.empty((*x.shape[:-1], self._units), np.float32)
        for t in range(x.shape[-2]):
            held = self._next(driven[..., t, :], held)
            y[..., t, :] = held
        after.append(held)
        return y

    def _next(self, driven: Array, held: Array) -> Array:
        """The units after a step, given x W + b, which is used up."""
        fed_back = _product(held, self._recurrent)
        fed_back += self._inner
        gates = driven[..., : self._gates]
        gates += fed_back[..., : self._gates]
        np.tanh(gates, gates)
        # r (h U + c), where the half of it that belongs to r's tanh is in the weights.
        half = fed_back[..., self._gates :]
        candidate = gates[..., self._units :] * half
        candidate += half
        candidate += driven[..., self._gates :]
        np.tanh(candidate, candidate)
        # The difference times z, the half of whose tanh is here.
        half = held - candidate
        half *= _HALF
        after = gates[..., : self._units] * half
        after += half
        after += candidate
        return after


def _relu(x: Array) -> Array:
    return np.maximum(x, _ZERO)


def _gelu(x: Array) -> Array:
    y = x * x
    y *= _GELU_CUBED
    y += _GELU_SCALE
    y *= x
    np.tanh(y, y)
    y += _ONE
    y *= x
    y *= _HALF
    return y


def _sigmoid(x: Array) -> Array:
    # By tanh, because exp overflows for what is merely far from 0.
    y = x * _HALF
    np.tanh(y, y)
    y *= _HALF
    y += _HALF
    return y


def _softmax(x: Array) -> Array:
    y: Array = np.exp(x - x.max(axis=-1, keepdims=True))
    y /= y.sum(axis=-1, keepdims=True)
    return y


_FUNCTIONS: dict[Function, Callable[[Array], Array]] = {
    Function.RELU: _relu,
    Function.GELU: _gelu,
    Function.TANH: np.tanh,
    Function.SIGMOID: _sigmoid,
    Function.SOFTMAX: _softmax,
}
