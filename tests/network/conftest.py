"""Networks to try: every kind of layer, with weights from a seed."""

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.sense.network import Network, Structure, structure_from_json

EVERY_KIND = """{"halcyon_network": 1, "inputs": 6, "layers": [
    {"kind": "conv", "outputs": 8, "taps": 3, "dilation": 2}, {"kind": "relu"},
    {"kind": "residual", "layers": [
        {"kind": "norm"}, {"kind": "depthwise", "taps": 4, "dilation": 3}, {"kind": "gelu"},
        {"kind": "residual", "layers": [{"kind": "conv", "outputs": 8, "taps": 1}]},
        {"kind": "dense", "outputs": 8}]},
    {"kind": "gru", "units": 5}, {"kind": "tanh"},
    {"kind": "dense", "outputs": 4}, {"kind": "sigmoid"},
    {"kind": "dense", "outputs": 3}, {"kind": "softmax"}]}"""


def random_weights(structure: Structure, seed: int = 1) -> dict[str, NDArray[np.float32]]:
    random = np.random.default_rng(seed)
    return {
        name: random.normal(0.0, 0.4, shape).astype(np.float32)
        for name, shape in structure.weights.items()
    }


@pytest.fixture
def structure() -> Structure:
    return structure_from_json(EVERY_KIND)


@pytest.fixture
def network(structure: Structure) -> Network:
    return Network(structure, random_weights(structure))


@pytest.fixture
def sequence() -> NDArray[np.float32]:
    return np.random.default_rng(2).normal(0.0, 1.0, (40, 6)).astype(np.float32)
