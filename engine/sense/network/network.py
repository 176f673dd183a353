"""A network: its structure, its weights, and what comes out."""

from collections.abc import Mapping
import hashlib
import io
import json
from typing import IO
import zipfile
import zlib

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from ...core.snapshot import Json, SnapshotError, pack_array, unpack_array
from .layers import Array, Chain, State
from .rounding import unpack
from .structure import NetworkError, Structure, structure_from_json


class Network:
    """Layers with their weights: (x, state) to (y, state), with nothing kept in between.

    Arrays are float32. What is given must be finite, because a value that is not would stay in
    the state of the layers that remember.
    """

    def __init__(self, structure: Structure, weights: Mapping[str, NDArray[np.generic]]) -> None:
        self.structure = structure
        self.weights = _checked(structure, weights)
        self.sha256 = _digest(structure, self.weights)
        self._remembering = structure.states
        self._chain = Chain(structure.layers, "", self.weights)

    def start(self, *leading: int) -> State:
        """The state before the first step, for any leading axes of independent sequences."""
        return tuple(np.zeros((*leading, *shape), np.float32) for shape in self._remembering)

    def step(self, x: Array, state: State) -> tuple[Array, State]:
        """One time step: x (…, inputs) and the state before, to y (…, outputs) and that after."""
        after: list[Array] = []
        y = self._chain.step(self._fitting(x, state), iter(state), after)
        return y, tuple(after)

    def run(self, x: Array, state: State | None = None) -> tuple[Array, State]:
        """Many steps at once, x (…, time, inputs) to y (…, time, outputs) and the state after.

        The same as so many calls of `step` to within 1e-5, and much faster; from the start
        where no state is given.
        """
        if state is None:
            state = self.start(*x.shape[:-2])
        x = self._fitting(x, state)
        after: list[Array] = []
        y = self._chain.run(x, iter(state), after)
        return y, tuple(after)

    def pack(self, state: State) -> Json:
        """A state of one sequence for a snapshot."""
        return [pack_array(array) for array in state]

    def unpack(self, state: Json) -> State:
        """The state of `pack`; raises SnapshotError if it is not one of this structure."""
        shapes = self._remembering
        if not isinstance(state, list) or len(state) != len(shapes):
            raise SnapshotError("snapshot does not hold the state of this network")
        arrays = tuple(
            np.asarray(unpack_array(packed, "float32", shape), np.float32)
            for packed, shape in zip(state, shapes, strict=True)
        )
        if not all(np.isfinite(array).all() for array in arrays):
            raise SnapshotError("snapshot holds a state of a network that is not finite")
        return arrays

    def _fitting(self, x: Array, state: State) -> Array:
        if x.shape[-1:] != (self.structure.inputs,):
            raise NetworkError(
                f"the network takes {self.structure.inputs} features a step, but was given an "
                f"array of shape {x.shape}; features are its last axis"
            )
        if len(state) != len(self._remembering):
            raise NetworkError(
                f"the network keeps {len(self._remembering)} arrays between steps, but was given "
                f"{len(state)}; begin with start(), or go on with what the step before gave"
            )
        return np.asarray(x, np.float32)


def load(structure: str | bytes, weights: bytes | IO[bytes]) -> Network:
    """The network of a JSON text and of an `.npz` file; raises NetworkError, naming the place.

    Weights that were exported as int8 are made float32 here.
    """
    described = structure_from_json(structure)
    file = io.BytesIO(weights) if isinstance(weights, bytes) else weights
    return Network(described, unpack(_arrays(file)))


def _arrays(file: IO[bytes]) -> dict[str, NDArray[np.generic]]:
    try:
        archive = np.load(file, allow_pickle=False)
        if isinstance(archive, NpzFile):
            with archive:
                return {name: archive[name] for name in archive.files}
        reason = "it is a single array"
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error)
    raise NetworkError(
        f"the weights are not an .npz file of plain arrays: {reason}; export them again"
    )


def _checked(structure: Structure, weights: Mapping[str, NDArray[np.generic]]) -> dict[str, Array]:
    expected = structure.weights
    if missing := expected.keys() - weights.keys():
        raise NetworkError(
            f"the weights lack {min(missing)!r}; structure and weights must be of one export"
        )
    if unknown := weights.keys() - expected.keys():
        raise NetworkError(
            f"the weights hold {min(unknown)!r}, which no layer has; structure and weights must "
            "be of one export"
        )
    for name, shape in expected.items():
        array = weights[name]
        if array.dtype != np.float32 or array.shape != shape:
            raise NetworkError(
                f"weight {name!r} is {array.dtype} {array.shape}, but its layer has float32 "
                f"{shape}; structure and weights must be of one export"
            )
        if not np.isfinite(array).all():
            raise NetworkError(f"weight {name!r} is not finite; its training went astray")
    own = {name: np.array(weights[name], np.float32, order="C") for name in expected}
    # The hash is of these, and every room runs them.
    for array in own.values():
        array.flags.writeable = False
    return own


def _digest(structure: Structure, weights: Mapping[str, Array]) -> str:
    digest = hashlib.sha256(json.dumps(structure.to_json(), sort_keys=True).encode())
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].astype("<f4").tobytes())
    return digest.hexdigest()
