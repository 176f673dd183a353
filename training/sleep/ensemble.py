"""Several networks as one: they run side by side in it, and what they say is averaged.

Networks that were trained apart err apart. All of them are of one structure, a dense layer, a
gated recurrent unit and a dense layer that gives log-odds, so that together they are one network
of that structure whose matrices are zero between one and the other.
"""

from collections.abc import Sequence

import numpy as np

from halcyon.sense.network import Network, Structure
from halcyon.sense.network.layers import Array
from halcyon.sense.network.structure import Activation, Dense, Function, Gru


def structure(inputs: int, dense: int, units: int, outputs: int) -> Structure:
    """A network of this kind, that gives probabilities."""
    layers = (
        Dense(dense),
        Activation(Function.RELU),
        Gru(units),
        Dense(outputs),
        Activation(Function.SOFTMAX),
    )
    return Structure(inputs, layers)


def side_by_side(members: Sequence[Network]) -> Network:
    """One network that says the normalised geometric mean of what its members say.

    Raises ValueError where they are not of one structure.
    """
    first = members[0].structure
    if any(each.structure != first for each in members):
        raise ValueError("only networks of one structure can run side by side")
    every = [each.weights for each in members]
    dense, units = len(every[0]["0.bias"]), len(every[0]["2.inner"])
    count = len(members)
    whole = structure(first.inputs, count * dense, count * units, first.outputs)

    def joined(name: str) -> Array:
        return np.concatenate([each[name] for each in every], axis=-1)

    weights = {
        "0.weight": joined("0.weight"),
        "0.bias": joined("0.bias"),
        "2.weight": _gates([each["2.weight"] for each in every]),
        "2.recurrent": _gates([each["2.recurrent"] for each in every]),
        "2.bias": _gates([each["2.bias"][None] for each in every]).sum(0),
        "2.inner": joined("2.inner"),
        "3.weight": np.concatenate([each["3.weight"] for each in every]) / count,
        "3.bias": np.mean([each["3.bias"] for each in every], axis=0),
    }
    return Network(whole, {name: each.astype(np.float32) for name, each in weights.items()})


def _gates(matrices: Sequence[Array]) -> Array:
    """Matrices (inputs, 3 units) along a diagonal, gate by gate."""
    return np.concatenate(
        [_diagonal([np.split(each, 3, axis=1)[gate] for each in matrices]) for gate in range(3)],
        axis=1,
    )


def _diagonal(blocks: Sequence[Array]) -> Array:
    rows, columns = (sum(each.shape[axis] for each in blocks) for axis in (0, 1))
    whole = np.zeros((rows, columns), np.float32)
    row = column = 0
    for each in blocks:
        whole[row : row + each.shape[0], column : column + each.shape[1]] = each
        row, column = row + each.shape[0], column + each.shape[1]
    return whole
