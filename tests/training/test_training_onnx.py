"""The exported graph does what the engine does, in float32 and with int8 weights."""

import numpy as np
from numpy.typing import NDArray
import onnx
import pytest
from training.network.export import as_int8
from training.network.onnx_export import opened, step_model
from training.network.parity import compare

from halcyon.sense.network import Network, State
from halcyon.sense.ultrasound.classifier import NETWORK

type Array = NDArray[np.float32]

STEP_PARITY = 1e-4
DECISION_PARITY = 0.001


def decide(y: Array) -> NDArray[np.generic]:
    return np.asarray(y.argmax(axis=-1))


@pytest.fixture
def sequence() -> Array:
    return np.random.default_rng(2).normal(size=(2000, 6)).astype(np.float32)


@pytest.mark.parametrize("int8", [False, True])
def test_a_step_is_the_engines_step(network: Network, sequence: Array, *, int8: bool) -> None:
    exported = as_int8(network) if int8 else network
    step = opened(step_model(exported, int8=int8))
    parity = compare(exported, step, sequence, decide)
    assert parity.step <= STEP_PARITY
    assert parity.decisions <= DECISION_PARITY


@pytest.mark.parametrize("int8", [False, True])
def test_the_shipped_network_decides_the_same(*, int8: bool) -> None:
    exported = as_int8(NETWORK) if int8 else NETWORK
    random = np.random.default_rng(6)
    x = random.normal(size=(4000, NETWORK.structure.inputs)).astype(np.float32)
    parity = compare(exported, opened(step_model(exported, int8=int8)), x, lambda y: y > 0.5)
    assert parity.step <= STEP_PARITY
    assert parity.decisions <= DECISION_PARITY


def test_a_comparison_finds_what_differs(network: Network, sequence: Array) -> None:
    def drifting(x: Array, state: State) -> tuple[Array, State]:
        y, after = network.step(x, state)
        return y[::-1], tuple(array + np.float32(0.01) for array in after)

    parity = compare(network, drifting, sequence[:100], decide)
    assert parity.step >= 0.01
    assert parity.decisions > 0.5


def test_int8_weights_take_less_room(network: Network) -> None:
    small = step_model(as_int8(network), int8=True)
    kinds = {node.op_type for node in small.graph.node}
    assert "DequantizeLinear" in kinds
    names = {each.name: each for each in small.graph.initializer}
    assert names["4.weight.codes"].data_type == onnx.TensorProto.INT8


def test_a_model_says_which_network_it_is(network: Network) -> None:
    properties = {entry.key: entry.value for entry in step_model(network).metadata_props}
    assert properties == {"sha256": network.sha256}
