"""Fits the network that stages sleep."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
import optax

from halcyon.evaluate.sleep.agreement import STAGES
from halcyon.sense.network import Network, Structure
from halcyon.sense.network.layers import Array
from halcyon.sense.network.structure import Activation, Dense, Function, Gru
from halcyon.sense.sleep.contract import WIDTH
from training.network.fit import Plan, fit
from training.network.model import Params, forward, initial, network_of

from .corpus import Blur, Corpus
from .recorded import UNSCORED, Recorded
from .spoil import Chances

type Arrays = tuple[Array, NDArray[np.int_], Array, Array]

_HEAD = "3"
"""The place of the layer before which units are dropped."""


@dataclass(frozen=True, slots=True)
class Course:
    """How to train: `steps` updates of `batch` nights with a peak `rate`, from a `seed`.

    The network has `dense` features and `units` that remember. `balance` 0-1 is how much rare
    stages count more: their share of epochs in their set to its power.
    """

    dense: int = 32
    units: int = 56
    steps: int = 900
    batch: int = 6
    rate: float = 3e-3
    decay: float = 0.05
    balance: float = 0.5
    seed: int = 1
    chances: Chances = field(default_factory=Chances)
    blur: Blur = field(default_factory=Blur)

    @property
    def structure(self) -> Structure:
        """The network: probabilities of the stages, of the contract's numbers."""
        layers = (
            Dense(self.dense),
            Activation(Function.RELU),
            Gru(self.units),
            Dense(len(STAGES)),
            Activation(Function.SOFTMAX),
        )
        return Structure(WIDTH, layers)


def weights_of(nights: Sequence[Recorded], balance: float) -> dict[str, Array]:
    """By set how much an epoch of each stage counts: by how rare it is in the set's own people.

    Patients lie awake for a third of their nights. Counted by these, wake would be missed in
    people at home; counted by people at home, it would be seen everywhere in patients.
    """
    found: dict[str, Array] = {}
    for source in sorted({night.source for night in nights}):
        stages = np.concatenate([night.stages for night in nights if night.source == source])
        often = np.bincount(stages[stages != UNSCORED], minlength=len(STAGES))
        share = np.maximum(often, 1) / max(often.sum(), 1)
        found[source] = (share**-balance).astype(np.float32)
    return found


def loss_of(params: Params, batch: Arrays, structure: Structure) -> jax.Array:
    """The cross entropy of the scored epochs, weighted by their stage."""
    x, y, counts, kept = (jnp.asarray(each) for each in batch)
    remembering = Structure(structure.inputs, structure.layers[: int(_HEAD)])
    held = forward(remembering, params, x) * kept[:, None, :]
    logits = held @ params[f"{_HEAD}.weight"] + params[f"{_HEAD}.bias"]
    known = y != UNSCORED
    stage = jnp.where(known, y, 0)
    told = jnp.take_along_axis(jax.nn.log_softmax(logits), stage[..., None], -1)[..., 0]
    weight = jnp.where(known, jnp.take_along_axis(counts, stage, -1), 0.0)
    loss: jax.Array = -(told * weight).sum() / jnp.maximum(weight.sum(), 1.0)
    return loss


def trained(nights: Sequence[Recorded], course: Course) -> Network:
    """The network after its course: always the last weights, which no night was used to choose."""
    weights = weights_of(nights, course.balance)
    corpus = Corpus(nights, weights, course.units, course.chances, course.blur)
    structure = course.structure
    pace = optax.warmup_cosine_decay_schedule(
        0.0, course.rate, max(1, course.steps // 20), course.steps, course.rate / 50
    )
    fitted = fit(
        initial(structure, course.seed),
        lambda params, batch: loss_of(params, batch, structure),
        lambda rng: corpus.draw(course.batch, rng).tree(),
        lambda _: 0.0,
        Plan(course.steps, course.steps, 1, course.seed),
        optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(pace, weight_decay=course.decay)),
        tell=lambda _: None,
    )
    return network_of(structure, fitted.params)
