"""State as JSON, and back: what a reducer keeps across a restart.

A snapshot is plain JSON. Arrays travel as dtype, shape and base64, so that no pickle is ever
read. Each part carries the version of its own schema; a part that does not fit is reset by its
owner and the others are kept.
"""

import base64
import binascii
from collections.abc import Mapping
import math
import sys

import numpy as np
from numpy.typing import NDArray

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

_DTYPES = frozenset({"float32", "float64", "int16", "int32", "int64", "uint8", "bool", "complex64"})


class SnapshotError(ValueError):
    """The JSON is not a snapshot of the part that reads it."""


def item(state: Json, key: str | int) -> Json:
    """The member of an object or list; raises SnapshotError where there is none."""
    try:
        return state[key]  # type: ignore[index]
    except (KeyError, IndexError, TypeError) as error:
        raise SnapshotError(f"snapshot lacks {key!r}") from error


def optional_item(state: Json, key: str) -> Json:
    """The member of an object, None where it is absent: a state from before there was such."""
    return members_in({"state": state}, "state").get(key)


def number_in(state: Json, key: str | int) -> float:
    """A finite number; raises SnapshotError for anything else."""
    value = item(state, key)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        # Compared, not converted: JSON has integers that no float can hold.
        or not abs(value) <= sys.float_info.max
    ):
        raise SnapshotError(f"snapshot holds {value!r} for the number {key!r}")
    return float(value)


def optional_number_in(state: Json, key: str | int) -> float | None:
    """A finite number or None; raises SnapshotError for anything else."""
    return None if item(state, key) is None else number_in(state, key)


def text_in(state: Json, key: str | int) -> str:
    """A string; raises SnapshotError for anything else."""
    value = item(state, key)
    if not isinstance(value, str):
        raise SnapshotError(f"snapshot holds {value!r} for the text {key!r}")
    return value


def flag_in(state: Json, key: str | int) -> bool:
    """A boolean; raises SnapshotError for anything else."""
    value = item(state, key)
    if not isinstance(value, bool):
        raise SnapshotError(f"snapshot holds {value!r} for the flag {key!r}")
    return value


def rows_in(state: Json, key: str | int) -> list[Json]:
    """A list; raises SnapshotError for anything else."""
    value = item(state, key)
    if not isinstance(value, list):
        raise SnapshotError(f"snapshot holds {type(value).__name__} for the list {key!r}")
    return value


def members_in(state: Json, key: str | int) -> Mapping[str, Json]:
    """An object; raises SnapshotError for anything else."""
    value = item(state, key)
    if not isinstance(value, dict):
        raise SnapshotError(f"snapshot holds {type(value).__name__} for the object {key!r}")
    return value


def pack_array(array: NDArray[np.generic]) -> Json:
    """An array as {"dtype", "shape", "data"}; its dtype must be one of the plain ones."""
    dtype = array.dtype.name
    if dtype not in _DTYPES:
        raise SnapshotError(f"arrays of {dtype} are not kept in snapshots")
    data = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
    return {
        "dtype": dtype,
        "shape": list(array.shape),
        "data": base64.b64encode(data).decode("ascii"),
    }


def unpack_array(state: Json, dtype: str, shape: tuple[int, ...]) -> NDArray[np.generic]:
    """The array of pack_array; raises SnapshotError unless dtype and shape are as expected."""
    if text_in(state, "dtype") != dtype or tuple(rows_in(state, "shape")) != shape:
        raise SnapshotError(f"snapshot does not hold a {dtype} array of shape {shape}")
    kind = np.dtype(dtype).newbyteorder("<")
    try:
        data = base64.b64decode(text_in(state, "data"), validate=True)
    except binascii.Error as error:
        raise SnapshotError("snapshot holds an array that is not base64") from error
    if len(data) != kind.itemsize * math.prod(shape):
        raise SnapshotError("snapshot holds an array of another size than it says")
    return np.frombuffer(data, dtype=kind).reshape(shape).astype(dtype)
