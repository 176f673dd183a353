"""A network with every kind of layer, and its weights from a seed."""

import numpy as np
import pytest

from halcyon.sense.network import Network, Structure
from halcyon.sense.network.structure import (
    Activation,
    Conv,
    Dense,
    Depthwise,
    Function,
    Gru,
    Mean,
    Norm,
    Residual,
)


@pytest.fixture
def structure() -> Structure:
    inner = Residual((Conv(8, 1), Activation(Function.TANH)))
    mean = Mean(((Gru(3), Dense(8)), (Mean(((Conv(4, 2),), (Dense(4),))), Dense(8))))
    return Structure(
        6,
        (
            Conv(8, 3, 2),
            Activation(Function.RELU),
            Residual((Norm(), Depthwise(4, 3), Activation(Function.GELU), inner, mean)),
            Gru(5),
            Dense(4),
            Activation(Function.SIGMOID),
            Dense(3),
            Activation(Function.SOFTMAX),
        ),
    )


@pytest.fixture
def network(structure: Structure) -> Network:
    random = np.random.default_rng(1)
    return Network(
        structure,
        {
            name: random.normal(0.0, 0.4, shape).astype(np.float32)
            for name, shape in structure.weights.items()
        },
    )
