"""Steps and sequences give the same, what is remembered is exactly the past, nothing is shared."""

import json

from hypothesis import given, settings, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.snapshot import SnapshotError
from halcyon.sense.network import Network, NetworkError, State, Structure
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

type Array = NDArray[np.float32]

AGREEMENT = 1e-5


def weighted(structure: Structure, seed: int = 1) -> Network:
    random = np.random.default_rng(seed)
    return Network(
        structure,
        {
            name: random.normal(0.0, 0.4, shape).astype(np.float32)
            for name, shape in structure.weights.items()
        },
    )


def stepped(network: Network, x: Array, state: State) -> tuple[Array, State]:
    rows = []
    for row in x:
        y, state = network.step(row, state)
        rows.append(y)
    return np.stack(rows), state


def test_steps_and_a_run_agree(network: Network, sequence: Array) -> None:
    by_step, state = stepped(network, sequence, network.start())
    at_once, after = network.run(sequence)
    assert by_step.shape == (40, 3)
    np.testing.assert_allclose(at_once, by_step, atol=AGREEMENT)
    for one, other in zip(state, after, strict=True):
        np.testing.assert_allclose(one, other, atol=AGREEMENT)


@pytest.mark.parametrize("cut", [1, 2, 7, 39])
def test_a_run_in_pieces_is_the_run(network: Network, sequence: Array, cut: int) -> None:
    whole, _ = network.run(sequence)
    first, state = network.run(sequence[:cut])
    second, _ = network.run(sequence[cut:], state)
    np.testing.assert_allclose(np.concatenate((first, second)), whole, atol=AGREEMENT)


def test_sequences_beside_each_other_do_not_mix(network: Network) -> None:
    x = np.random.default_rng(3).normal(size=(2, 3, 20, 6)).astype(np.float32)
    together, state = network.run(x)
    assert together.shape == (2, 3, 20, 3)
    step, _ = network.step(x[:, :, 0], network.start(2, 3))
    np.testing.assert_allclose(step, together[:, :, 0], atol=AGREEMENT)
    for a, b in np.ndindex(2, 3):
        alone, kept = network.run(x[a, b])
        np.testing.assert_allclose(together[a, b], alone, atol=AGREEMENT)
        for one, other in zip(state, kept, strict=True):
            np.testing.assert_allclose(one[a, b], other, atol=AGREEMENT)


def test_what_comes_later_changes_nothing_before(network: Network, sequence: Array) -> None:
    disturbed = sequence.copy()
    disturbed[25:] = 100.0
    np.testing.assert_array_equal(network.run(disturbed)[0][:25], network.run(sequence)[0][:25])


def test_neither_input_nor_state_is_changed(network: Network, sequence: Array) -> None:
    _, state = network.run(sequence)
    given_x, given_state = sequence.copy(), [array.copy() for array in state]
    network.step(sequence[0], state)
    network.run(sequence, state)
    np.testing.assert_array_equal(sequence, given_x)
    for array, before in zip(state, given_state, strict=True):
        np.testing.assert_array_equal(array, before)


def layers_of(width: int, depth: int) -> st.SearchStrategy[list[Layer]]:
    count = st.integers(1, 4)
    keeping: list[st.SearchStrategy[Layer]] = [
        st.builds(Depthwise, count, count),
        st.just(Norm()),
        st.builds(Activation, st.sampled_from(Function)),
        st.just(Gru(width)),
        st.just(Dense(width)),
        st.builds(Conv, st.just(width), count, count),
    ]
    if depth:
        inside = layers_of(width, depth - 1).map(tuple)
        keeping.append(inside.map(Residual))
        keeping.append(st.lists(inside, min_size=1, max_size=3).map(tuple).map(Mean))
    return st.lists(st.one_of(keeping), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(layers=layers_of(3, 2), steps=st.integers(1, 12))
def test_any_layers_agree_in_steps_and_at_once(layers: list[Layer], steps: int) -> None:
    network = weighted(Structure(3, tuple(layers)))
    x = np.random.default_rng(steps).normal(size=(steps, 3)).astype(np.float32)
    by_step, _ = stepped(network, x, network.start())
    np.testing.assert_allclose(network.run(x)[0], by_step, atol=AGREEMENT, rtol=AGREEMENT)


def only(layer: Layer, inputs: int, **weights: list[object]) -> Network:
    return Network(
        Structure(inputs, (layer,)),
        {f"0.{role}": np.array(value, np.float32) for role, value in weights.items()},
    )


def test_a_convolution_looks_back_by_its_dilation() -> None:
    network = only(Conv(1, 3, 2), 1, weight=[[[100.0]], [[10.0]], [[1.0]]], bias=[0.5])
    y, _ = network.run(np.arange(1.0, 7.0, dtype=np.float32)[:, None])
    np.testing.assert_array_equal(y[:, 0], [1.5, 2.5, 13.5, 24.5, 135.5, 246.5])


def test_a_depthwise_convolution_keeps_features_apart() -> None:
    network = only(Depthwise(2), 2, weight=[[1.0, 0.0], [0.0, 1.0]], bias=[0.0, 0.5])
    y, _ = network.run(np.array([[1, 10], [2, 20], [3, 30]], np.float32))
    np.testing.assert_array_equal(y, [[0, 10.5], [1, 20.5], [2, 30.5]])


def test_a_gated_unit_follows_its_formula() -> None:
    network = only(
        Gru(1), 1, weight=[[0.5, -0.3, 2.0]], recurrent=[[0.7, 0.9, -1.1]],
        bias=[0.1, 0.2, 0.3], inner=[0.4],
    )  # fmt: skip
    x, h = 0.8, 0.6
    y, (after,) = network.step(np.array([x], np.float32), (np.array([h], np.float32),))

    def sigmoid(value: float) -> float:
        return float(1 / (1 + np.exp(-value)))

    z = sigmoid(0.5 * x + 0.1 + 0.7 * h)
    r = sigmoid(-0.3 * x + 0.2 + 0.9 * h)
    n = np.tanh(2.0 * x + 0.3 + r * (-1.1 * h + 0.4))
    assert y[0] == pytest.approx((1 - z) * n + z * h, abs=1e-6)
    np.testing.assert_array_equal(after, y)


def test_normalised_features_have_mean_0_and_variance_1() -> None:
    network = only(Norm(), 4, scale=[1, 1, 1, 2], offset=[0, 0, 0, 5])
    y, _ = network.run(np.array([[1, 2, 3, 6], [7, 7, 7, 7]], np.float32))
    deviation = np.sqrt(np.var([1, 2, 3, 6]) + 1e-5)
    np.testing.assert_allclose(
        y[0], [-2 / deviation, -1 / deviation, 0, 6 / deviation + 5], atol=AGREEMENT
    )
    np.testing.assert_allclose(y[1], [0, 0, 0, 5], atol=AGREEMENT)


@pytest.mark.parametrize("function", Function)
def test_functions_stay_finite_far_from_0(function: Function) -> None:
    network = Network(Structure(3, (Activation(function),)), {})
    y, _ = network.step(np.array([-3e4, 0.0, 3e4], np.float32), ())
    expected = {
        Function.RELU: [0, 0, 3e4],
        Function.GELU: [0, 0, 3e4],
        Function.TANH: [-1, 0, 1],
        Function.SIGMOID: [0, 0.5, 1],
        Function.SOFTMAX: [0, 0, 1],
    }
    np.testing.assert_array_equal(y, np.array(expected[function], np.float32))


def test_a_state_survives_a_snapshot(network: Network, sequence: Array) -> None:
    _, state = network.run(sequence)
    kept = json.loads(json.dumps(network.pack(state)))
    np.testing.assert_array_equal(
        network.step(sequence[0], network.unpack(kept))[0], network.step(sequence[0], state)[0]
    )


def test_a_state_of_something_else_is_refused(network: Network) -> None:
    good = network.pack(network.start())
    assert isinstance(good, list)
    poisoned = network.pack(tuple(array + np.float32(np.nan) for array in network.start()))
    for bad in (None, {}, good[:-1], list(reversed(good)), poisoned):
        with pytest.raises(SnapshotError):
            network.unpack(bad)


def test_a_state_of_another_network_is_refused(network: Network, sequence: Array) -> None:
    for state in ((), (*network.start(), np.zeros(3, np.float32))):
        with pytest.raises(NetworkError, match="keeps 4 arrays between steps"):
            network.step(sequence[0], state)
        with pytest.raises(NetworkError, match="keeps 4 arrays between steps"):
            network.run(sequence, state)


def test_a_wrong_number_of_features_is_refused(network: Network) -> None:
    with pytest.raises(NetworkError, match="takes 6 features"):
        network.step(np.zeros(5, np.float32), network.start())
