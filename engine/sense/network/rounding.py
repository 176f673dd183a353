"""Weights as int8: a quarter of the room, and as fast, because they are made float when read.

An `.npz` file holds such a weight as int8 under its name and float32 `scale` of each output
channel (its last axis) under `name:scale`. Rounding is symmetric, so that 0 stays 0.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .structure import NetworkError

HIGHEST = 127
"""The largest code; -128 is left out, so that codes are symmetric."""

_SCALE = ":scale"


def to_int8(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Codes in the shape of a weight and the scale of each channel of its last axis."""
    largest = np.abs(weight).max(axis=tuple(range(weight.ndim - 1)))
    scale = (np.where(largest > 0.0, largest, 1.0) / HIGHEST).astype(np.float32)
    return np.round(weight / scale).astype(np.int8), scale


def pack(weights: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.generic]]:
    """What to write for float weights: those with two axes and more as int8."""
    packed: dict[str, NDArray[np.generic]] = {}
    for name, weight in weights.items():
        if weight.ndim > 1:
            packed[name], packed[name + _SCALE] = to_int8(weight)
        else:
            packed[name] = weight
    return packed


def unpack(arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """What was read, with int8 weights made float32; raises NetworkError without their scale."""
    return {
        name: _unpacked(name, array, arrays) if array.dtype == np.int8 else array
        for name, array in arrays.items()
        if not name.endswith(_SCALE)
    }


def _unpacked(
    name: str, codes: NDArray[np.generic], arrays: Mapping[str, NDArray[np.generic]]
) -> NDArray[np.float32]:
    scale = arrays.get(name + _SCALE)
    if scale is None or scale.dtype != np.float32 or scale.shape != codes.shape[-1:]:
        raise NetworkError(f"weight {name!r} is int8 without a scale that fits; export it again")
    weight: NDArray[np.float32] = np.multiply(codes, scale, dtype=np.float32)
    return weight
