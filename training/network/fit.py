"""A training loop: the same numbers from the same seed, stopped when validation gains no more.

plan = Plan(steps=4000, every=200, patience=5, seed=1)
fitted = fit(params, loss, draw, validate, plan, optax.adamw(1e-3))
"""

from collections.abc import Callable
from dataclasses import dataclass
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax

from .model import Params

type Loss[Batch] = Callable[[Params, Batch], jax.Array]
type Draw[Batch] = Callable[[np.random.Generator], Batch]
type Validate = Callable[[Params], float]
type Project = Callable[[Params, jax.Array], Params]


class TrainingError(RuntimeError):
    """Training cannot go on; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train.

    At most `steps` updates, validated `every` so many, stopped after `patience` validations
    without a better one. What comes before `settled` updates is never kept, which is for
    weights that are pruned until then.
    """

    steps: int
    every: int
    patience: int
    seed: int
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """The best weights, when they were found, and each validation as (updates, loss, score)."""

    params: Params
    step: int
    history: tuple[tuple[int, float, float], ...]


def fit[Batch](
    params: Params,
    loss: Loss[Batch],
    draw: Draw[Batch],
    validate: Validate,
    plan: Plan,
    optimiser: optax.GradientTransformation,
    *,
    project: Project | None = None,
    tell: Callable[[str], None] = print,
) -> Fitted:
    """The weights with the lowest `validate`.

    `draw` makes a batch (arrays, or a pytree of them) with a generator that is seeded by the
    plan; `loss` is differentiated and compiled; `project` is applied to the weights after every
    update and given the number of updates so far. Raises TrainingError for a loss that is not
    finite.
    """

    def update(
        params: Params, memory: optax.OptState, batch: Batch, step: jax.Array
    ) -> tuple[Params, optax.OptState, jax.Array]:
        value, gradient = jax.value_and_grad(loss)(params, batch)
        change, memory = optimiser.update(gradient, memory, params)
        moved: Params = jax.tree.map(jnp.add, params, change)
        return (moved if project is None else project(moved, step)), memory, value

    compiled = jax.jit(update)
    random = np.random.default_rng(plan.seed)
    memory = optimiser.init(params)
    best: Fitted | None = None
    lowest = math.inf
    losses: list[jax.Array] = []
    history: list[tuple[int, float, float]] = []
    for step in range(1, plan.steps + 1):
        params, memory, value = compiled(params, memory, draw(random), jnp.int32(step))
        losses.append(value)
        if step % plan.every and step != plan.steps:
            continue
        mean = float(jnp.stack(losses).mean())
        losses.clear()
        if not math.isfinite(mean):
            raise TrainingError(
                f"the loss is not finite after {step} updates; lower the learning rate or clip "
                "the gradient"
            )
        score = validate(params)
        history.append((step, mean, score))
        tell(f"{step:6d} updates  loss {mean:.4f}  validation {score:.4f}")
        if step < plan.settled:
            continue
        if best is None or score < lowest:
            lowest = score
            best = Fitted(params, step, ())
        elif step - best.step >= plan.patience * plan.every:
            break
    if best is None:
        raise TrainingError(
            f"nothing was validated after {plan.settled} of {plan.steps} updates; train longer"
        )
    return Fitted(best.params, best.step, tuple(history))
