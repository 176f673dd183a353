"""Weights that take less room: rounded to int8, and half of them 0, both while they are trained.

    loss = lambda params, batch: … forward(structure, rounded(params), batch.x) …
    fitted = fit(…, loss, …, project=Pruning(start=500, end=2000))

Rounding is per output channel, from -127 to 127 times a scale, and gradients pass it as if it
were not there (Bengio et al. 2013; Jacob et al. 2018). Activations stay float32: measured on
networks of this size (`benchmarks/networks.py`), integer products with their conversions are
slower than float ones, and a file is as small with integer weights alone.

Pruning zeroes the smallest weights of each matrix, more and more of them along the cubic
schedule of Zhu and Gupta (2017). Biases, scales and offsets are too few to matter.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from halcyon.sense.network.rounding import HIGHEST

from .model import Params


def rounded(params: Params) -> Params:
    """The weights as they come out of an int8 export, differentiable straight through."""
    return {name: _rounded(array) if array.ndim > 1 else array for name, array in params.items()}


@dataclass(frozen=True, slots=True)
class Pruning:
    """Zeroes weights after each update: none until `start`, `sparsity` of each matrix from `end`.

    Both are counted in updates. A weight whose gradient makes it large again comes back in
    another's place.
    """

    start: int
    end: int
    sparsity: float = 0.5

    def share(self, step: jax.Array | int) -> jax.Array:
        """The share of weights that are 0 after so many updates."""
        left = jnp.clip((self.end - step) / (self.end - self.start), 0.0, 1.0)
        return self.sparsity * (1.0 - left**3)

    def __call__(self, params: Params, step: jax.Array | int) -> Params:
        """The weights with the smallest ones zeroed."""
        share = self.share(step)
        return {
            name: _pruned(array, share) if array.ndim > 1 else array
            for name, array in params.items()
        }


def _rounded(weight: jax.Array) -> jax.Array:
    largest = jnp.abs(weight).max(axis=tuple(range(weight.ndim - 1)))
    scale = jnp.where(largest > 0.0, largest, 1.0) / HIGHEST
    return weight + jax.lax.stop_gradient(jnp.round(weight / scale) * scale - weight)


def _pruned(weight: jax.Array, share: jax.Array) -> jax.Array:
    size = jnp.abs(weight)
    count = jnp.round(share * weight.size).astype(int)
    largest_pruned = jnp.where(count > 0, jnp.sort(size, axis=None)[count - 1], -1.0)
    return jnp.where(size <= largest_pruned, 0.0, weight)
