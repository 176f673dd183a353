"""What JAX trains is what the engine runs, and training repeats, prunes and rounds as it says."""

import numpy as np
from numpy.typing import NDArray
import pytest
from training.network.export import as_int8, weights_file

from halcyon.sense.network import Network, Structure
from halcyon.sense.network.structure import Dense, Gru

pytest.importorskip("jax", reason="JAX is only in the environment for training")

import jax
import jax.numpy as jnp
import optax
from training.network.fit import Fitted, Plan, TrainingError, fit
from training.network.model import Params, forward, initial, network_of, params_of
from training.network.recurrence import gru
from training.network.thrift import Pruning, rounded

type Array = NDArray[np.float32]
type Batch = tuple[Array, Array]

AGREEMENT = 1e-5


def test_jax_and_the_engine_agree(network: Network) -> None:
    x = np.random.default_rng(3).normal(size=(4, 50, 6)).astype(np.float32)
    y = jax.jit(lambda params: forward(network.structure, params, jnp.asarray(x)))(
        params_of(network)
    )
    np.testing.assert_allclose(network.run(x)[0], y, atol=AGREEMENT)


def test_first_weights_come_from_the_seed(structure: Structure) -> None:
    hashes = [network_of(structure, initial(structure, seed)).sha256 for seed in (1, 1, 2)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_recurrent_weights_begin_orthogonal() -> None:
    recurrent = np.asarray(initial(Structure(2, (Gru(6),)), 1)["0.recurrent"])
    for gate in np.split(recurrent, 3, axis=1):
        np.testing.assert_allclose(gate @ gate.T, np.eye(6), atol=AGREEMENT)


def test_the_gradient_of_recurrence_is_that_of_finite_differences() -> None:
    random = np.random.default_rng(2)
    shapes = (7, 3, 12), (4, 12), (4,), (7, 3, 4)
    *given, asked = (jnp.asarray(random.normal(size=shape), jnp.float32) for shape in shapes)

    def held(driven: jax.Array, recurrent: jax.Array, inner: jax.Array) -> jax.Array:
        return (gru(driven, recurrent, inner) * asked).sum()

    for which, gradient in enumerate(jax.grad(held, argnums=(0, 1, 2))(*given)):
        way = jnp.asarray(random.normal(size=gradient.shape), jnp.float32)
        there, back = (
            held(*(each + by * way if n == which else each for n, each in enumerate(given)))
            for by in (1e-2, -1e-2)
        )
        assert float((there - back) / 2e-2) == pytest.approx(
            float((gradient * way).sum()), rel=1e-2
        )


TASK = Structure(2, (Gru(8), Dense(1)))
"""To say the sum of the last two values of the first feature that the second one let through."""


def draw(random: np.random.Generator) -> Batch:
    x = random.normal(size=(16, 12, 2)).astype(np.float32)
    through = np.where(x[..., 1] > 0, x[..., 0], 0)
    wanted = through.copy()
    wanted[:, 1:] += through[:, :-1]
    return x, wanted[..., None].astype(np.float32)


def loss(params: Params, batch: Batch) -> jax.Array:
    x, wanted = batch
    return jnp.square(forward(TASK, params, jnp.asarray(x)) - wanted).mean()


HELD_OUT = draw(np.random.default_rng(99))


_held_out_loss = jax.jit(lambda params: loss(params, HELD_OUT))


def validate(params: Params) -> float:
    return float(_held_out_loss(params))


def train(plan: Plan, rate: float = 2e-2) -> Fitted:
    said: list[str] = []
    fitted = fit(initial(TASK, 1), loss, draw, validate, plan, optax.adam(rate), tell=said.append)
    assert len(said) == len(fitted.history)
    return fitted


def test_training_learns_and_repeats() -> None:
    plan = Plan(steps=300, every=50, patience=3, seed=4)
    first, second = train(plan), train(plan)
    assert first.history == second.history
    assert network_of(TASK, first.params).sha256 == network_of(TASK, second.params).sha256
    assert validate(first.params) < 0.2 * validate(initial(TASK, 1))
    assert first.history[-1][0] == 300


def test_training_keeps_the_best_and_stops_when_nothing_gains() -> None:
    scores = iter([3.0, 1.0, 2.0, 2.0, 0.0])
    fitted = fit(
        initial(TASK, 1), loss, draw, lambda _: next(scores),
        Plan(steps=100, every=10, patience=2, seed=1), optax.adam(1e-2), tell=lambda _: None,
    )  # fmt: skip
    assert fitted.step == 20
    assert [step for step, _, _ in fitted.history] == [10, 20, 30, 40]


def test_what_comes_before_it_settled_is_not_kept() -> None:
    scores = iter([0.0, 2.0, 1.0])
    fitted = fit(
        initial(TASK, 1), loss, draw, lambda _: next(scores),
        Plan(steps=30, every=10, patience=9, seed=1, settled=20), optax.adam(1e-2),
        tell=lambda _: None,
    )  # fmt: skip
    assert fitted.step == 30


def test_a_loss_that_explodes_is_said() -> None:
    def nan(params: Params, batch: Batch) -> jax.Array:
        return loss(params, batch) * jnp.nan

    with pytest.raises(TrainingError, match="lower the learning rate"):
        fit(
            initial(TASK, 1), nan, draw, validate, Plan(10, 5, 1, 1), optax.adam(1e-2),
            tell=lambda _: None,
        )  # fmt: skip


def test_a_plan_too_short_to_settle_is_said() -> None:
    with pytest.raises(TrainingError, match="train longer"):
        train(Plan(steps=10, every=5, patience=1, seed=1, settled=11))


def test_rounded_weights_are_those_of_the_export(network: Network) -> None:
    params = params_of(network)
    once = network_of(network.structure, jax.jit(rounded)(params))
    exported = as_int8(network)
    for name, weight in exported.weights.items():
        np.testing.assert_allclose(once.weights[name], weight, atol=1e-6)
    assert any((once.weights[name] != network.weights[name]).any() for name in network.weights)


def test_gradients_pass_rounding() -> None:
    params = initial(TASK, 1)
    batch = draw(np.random.default_rng(5))

    @jax.jit
    def gradients(params: Params) -> tuple[Params, Params]:
        through = jax.grad(lambda params: loss(rounded(params), batch))(params)
        return through, jax.grad(loss)(rounded(params), batch)

    through, at = gradients(params)
    for name, gradient in at.items():
        np.testing.assert_allclose(through[name], gradient, atol=AGREEMENT)


def test_training_with_rounding_survives_the_export() -> None:
    plan = Plan(steps=300, every=50, patience=9, seed=4)
    fitted = fit(
        initial(TASK, 1), lambda params, batch: loss(rounded(params), batch), draw,
        lambda params: validate(rounded(params)), plan, optax.adam(2e-2), tell=lambda _: None,
    )  # fmt: skip
    exported = as_int8(network_of(TASK, fitted.params))
    x, wanted = HELD_OUT
    error = float(np.square(exported.run(x)[0] - wanted).mean())
    assert error == pytest.approx(validate(rounded(fitted.params)), rel=1e-3)
    assert error < 0.25 * validate(initial(TASK, 1))


def test_pruning_follows_its_schedule() -> None:
    pruning = Pruning(start=100, end=300, sparsity=0.5)
    shares = [float(pruning.share(step)) for step in (0, 100, 200, 300, 400)]
    assert shares == pytest.approx([0.0, 0.0, 0.5 * (1 - 0.5**3), 0.5, 0.5])


def zeros(params: Params) -> dict[str, float]:
    return {name: float((array == 0).mean()) for name, array in params.items() if array.ndim > 1}


def test_pruning_zeroes_the_smallest() -> None:
    params = initial(TASK, 1)
    pruning = Pruning(start=0, end=10)
    assert set(zeros(pruning(params, 0)).values()) == {0.0}
    pruned = pruning(params, 10)
    assert set(zeros(pruned).values()) == {0.5}
    for name in zeros(pruned):
        kept = np.abs(pruned[name])[pruned[name] != 0].min()
        lost = np.abs(params[name])[pruned[name] == 0].max()
        assert lost <= kept
    np.testing.assert_array_equal(pruned["0.bias"], params["0.bias"])


def test_training_ends_with_half_of_the_weights() -> None:
    plan = Plan(steps=400, every=50, patience=9, seed=4, settled=250)
    fitted = fit(
        initial(TASK, 1), loss, draw, validate, plan, optax.adam(2e-2),
        project=Pruning(start=50, end=250), tell=lambda _: None,
    )  # fmt: skip
    assert all(share >= 0.5 for share in zeros(fitted.params).values())
    assert validate(fitted.params) < 0.3 * validate(initial(TASK, 1))
    whole = weights_file(network_of(TASK, initial(TASK, 1)))
    assert len(weights_file(network_of(TASK, fitted.params))) < len(whole)
