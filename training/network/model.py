"""The engine's layer lists as functions of JAX, which train what the engine then runs.

    params = initial(structure, seed=1)
    y = forward(structure, params, x)           # x (batch, time, inputs), y (batch, time, outputs)

Parameters are a dictionary by the names of `halcyon.sense.network.structure`, so that a network
is exported by turning its arrays into numpy's.
"""

from collections.abc import Mapping
import math

import jax
from jax import lax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from halcyon.sense.network import Network, Structure
from halcyon.sense.network.layers import NORM_EPSILON
from halcyon.sense.network.structure import (
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

from .recurrence import gru

type Params = dict[str, jax.Array]


def initial(structure: Structure, seed: int) -> Params:
    """Weights to begin with: the same for the same seed, whatever the version of JAX.

    Matrices are uniform as by Glorot and Bengio (2010), the recurrent ones orthogonal (Saxe et
    al. 2014), scales 1 and the rest 0.
    """
    random = np.random.default_rng(seed)
    return {
        name: jnp.asarray(_drawn(random, name.rpartition(".")[2], shape))
        for name, shape in structure.weights.items()
    }


def forward(structure: Structure, params: Params, x: jax.Array) -> jax.Array:
    """All sequences from their start: x (batch, time, inputs) to (batch, time, outputs)."""
    return _chain(structure.layers, params, x, "")


def network_of(structure: Structure, params: Mapping[str, jax.Array]) -> Network:
    """What the engine runs, with the weights as they are."""
    return Network(
        structure, {name: np.asarray(array, np.float32) for name, array in params.items()}
    )


def params_of(network: Network) -> Params:
    """The weights of a network, to train them further."""
    return {name: jnp.asarray(array) for name, array in network.weights.items()}


def _drawn(random: np.random.Generator, role: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    match role:
        case "weight":
            fan_in, fan_out = math.prod(shape[:-1]), shape[-1]
            bound = math.sqrt(6.0 / (fan_in + fan_out))
            return random.uniform(-bound, bound, shape).astype(np.float32)
        case "recurrent":
            units = shape[0]
            turns = [np.linalg.qr(random.normal(size=(units, units)))[0] for _ in range(3)]
            return np.asarray(np.concatenate(turns, axis=1), np.float32)
        case "scale":
            return np.ones(shape, np.float32)
        case _:
            return np.zeros(shape, np.float32)


def _chain(layers: tuple[Layer, ...], params: Params, x: jax.Array, prefix: str) -> jax.Array:
    for at, layer in enumerate(layers):
        x = _layer(layer, params, x, f"{prefix}{at}")
    return x


def _layer(layer: Layer, params: Params, x: jax.Array, place: str) -> jax.Array:
    def weight(role: str) -> jax.Array:
        return params[f"{place}.{role}"]

    match layer:
        case Dense():
            return x @ weight("weight") + weight("bias")
        case Conv(taps=taps, dilation=dilation):
            shifted = _shifted(x, taps, dilation)
            products = (seen @ weight("weight")[tap] for tap, seen in enumerate(shifted))
            return sum(products, start=weight("bias"))
        case Depthwise(taps, dilation):
            shifted = _shifted(x, taps, dilation)
            products = (seen * weight("weight")[tap] for tap, seen in enumerate(shifted))
            return sum(products, start=weight("bias"))
        case Gru():
            driven = x @ weight("weight") + weight("bias")
            held = gru(driven.swapaxes(0, 1), weight("recurrent"), weight("inner"))
            return held.swapaxes(0, 1)
        case Norm():
            y = x - x.mean(axis=-1, keepdims=True)
            variance = jnp.square(y).mean(axis=-1, keepdims=True)
            return y * lax.rsqrt(variance + NORM_EPSILON) * weight("scale") + weight("offset")
        case Activation(function):
            return _function(function, x)
        case Residual(layers):
            return x + _chain(layers, params, x, f"{place}.")
        case Mean(members):
            said = (
                _chain(layers, params, x, f"{place}.{at}.") for at, layers in enumerate(members)
            )
            return sum(said, start=jnp.zeros(())) / len(members)


def _shifted(x: jax.Array, taps: int, dilation: int) -> list[jax.Array]:
    """What each tap sees: the sequence later by so many steps, with 0 before its start."""
    steps = x.shape[1]
    past = (taps - 1) * dilation
    padded = jnp.pad(x, ((0, 0), (past, 0), (0, 0)))
    return [padded[:, tap * dilation : tap * dilation + steps] for tap in range(taps)]


def _function(function: Function, x: jax.Array) -> jax.Array:
    match function:
        case Function.RELU:
            return jax.nn.relu(x)
        case Function.GELU:
            return jax.nn.gelu(x, approximate=True)
        case Function.TANH:
            return jnp.tanh(x)
        case Function.SIGMOID:
            return jax.nn.sigmoid(x)
        case Function.SOFTMAX:
            return jax.nn.softmax(x, axis=-1)
