"""Fits the network that tells what moves, and runs it over many examples at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

from halcyon.sense.network import Network, Structure
from halcyon.sense.network.structure import Activation, Conv, Dense, Function, Gru
from halcyon.sense.ultrasound.features import WIDTH
from halcyon.sense.ultrasound.verdict import KINDS
from training.network.export import write_network
from training.network.fit import Fitted, Plan, Project, fit
from training.network.model import Params, forward, initial, network_of

from .corpus import LONG, SHORT, Batch, Corpus, Lesson, collated

STRUCTURE = Structure(
    WIDTH,
    (
        Dense(48),
        Activation(Function.RELU),
        Conv(48, taps=5),
        Activation(Function.RELU),
        Gru(80),
        Dense(32),
        Activation(Function.RELU),
        Dense(len(KINDS)),
        Activation(Function.SIGMOID),
    ),
)
_LOGITS = Structure(STRUCTURE.inputs, STRUCTURE.layers[:-1])

type Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]

_VALIDATION_BATCH = 64


@dataclass(frozen=True, slots=True)
class Course:
    """How to train: `steps` updates with a peak `rate`, from a `seed`.

    The weights with the lowest loss on validation are kept, of those after `settled` updates.
    """

    steps: int = 2400
    rate: float = 3e-3
    decay: float = 1e-3
    every: int = 200
    patience: int = 6
    seed: int = 1
    settled: int = 0


def loss_of(
    params: Params, batch: Arrays, rounding: Callable[[Params], Params] | None = None
) -> jax.Array:
    """The cross entropy of each kind, weighted."""
    x, y, weight = batch
    used = params if rounding is None else rounding(params)
    logits = forward(_LOGITS, used, jnp.asarray(x))
    # Binary cross entropy of log-odds, without overflow: softplus(z) - z y.
    each = (jnp.logaddexp(logits, 0.0) - logits * jnp.asarray(y)) * jnp.asarray(weight)
    loss: jax.Array = each.sum() / jnp.maximum(jnp.asarray(weight).sum(), 1.0)
    return loss


def optimiser(course: Course) -> optax.GradientTransformation:
    """Adam with a warm start, a cosine's decline and clipped gradients."""
    pace = optax.warmup_cosine_decay_schedule(
        0.0, course.rate, course.steps // 20, course.steps, course.rate / 100
    )
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(pace, weight_decay=course.decay))


def judge_of(
    validation: Sequence[Lesson], rounding: Callable[[Params], Params] | None = None
) -> Callable[[Params], float]:
    """What tells the loss of weights on validation."""
    held = [each.tree() for each in _whole(validation)]
    judge = jax.jit(lambda params, batch: loss_of(params, batch, rounding))
    return lambda params: float(np.mean([float(judge(params, batch)) for batch in held]))


def trained(
    corpus: Corpus,
    validation: Sequence[Lesson],
    course: Course,
    *,
    begin: Params | None = None,
    rounding: Callable[[Params], Params] | None = None,
    project: Project | None = None,
) -> Fitted:
    """The weights that do best on validation."""
    return fit(
        initial(STRUCTURE, course.seed) if begin is None else begin,
        lambda params, batch: loss_of(params, batch, rounding),
        lambda rng: corpus.draw(rng).tree(),
        judge_of(validation, rounding),
        Plan(course.steps, course.every, course.patience, course.seed, course.settled),
        optimiser(course),
        project=project,
        tell=lambda line: print(line, flush=True),
    )


def _whole(lessons: Sequence[Lesson]) -> list[Batch]:
    """Lessons in batches, from the beginning of each; too few for another batch are left out."""
    size = _VALIDATION_BATCH
    lengths = (
        (LONG, [each for each in lessons if len(each.x) > SHORT]),
        (SHORT, [each for each in lessons if len(each.x) <= SHORT]),
    )
    return [
        collated(group[start : start + size], frames, None)
        for frames, group in lengths
        for start in range(0, len(group) - size + 1, size)
    ]


def run(network: Network, lessons: Sequence[Lesson]) -> list[np.ndarray]:
    """What a network says of each lesson, (n, KINDS): those of equal length together."""
    said: list[np.ndarray | None] = [None] * len(lessons)
    order = sorted(range(len(lessons)), key=lambda index: len(lessons[index].x))
    for start in range(0, len(order), _VALIDATION_BATCH):
        part = order[start : start + _VALIDATION_BATCH]
        longest = max(len(lessons[index].x) for index in part)
        x = np.zeros((len(part), longest, WIDTH), dtype=np.float32)
        for row, index in enumerate(part):
            x[row, : len(lessons[index].x)] = lessons[index].x
        y, _ = network.run(x)
        for row, index in enumerate(part):
            said[index] = y[row, : len(lessons[index].x)]
    return [each for each in said if each is not None]


def export(network: Network, folder: Path, *, int8: bool = False) -> None:
    """Write a network as the engine reads it, motion.json and motion.npz."""
    folder.mkdir(parents=True, exist_ok=True)
    write_network(network, folder, "motion", int8=int8)


def finished(fitted: Fitted) -> Network:
    """The network of fitted weights."""
    return network_of(STRUCTURE, fitted.params)
