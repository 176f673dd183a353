"""Arrays and values come back from a snapshot as they were, or not at all."""

import json

from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    members_in,
    number_in,
    optional_number_in,
    pack_array,
    text_in,
    unpack_array,
)


@given(
    st.sampled_from(["float32", "float64", "int16", "int32", "int64", "uint8", "bool", "complex64"])
    .map(np.dtype)
    .flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=1, min_side=0, max_side=4)))
)
def test_an_array_survives_json(array: NDArray[np.generic]) -> None:
    packed = json.loads(json.dumps(pack_array(array)))
    back = unpack_array(packed, array.dtype.name, array.shape)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_a_restored_array_can_be_written() -> None:
    back = unpack_array(pack_array(np.zeros(3, np.float32)), "float32", (3,))
    back[0] = 1
    assert back[0] == 1


def test_an_array_of_objects_is_refused() -> None:
    with pytest.raises(SnapshotError, match="object"):
        pack_array(np.array([object()]))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"dtype": "float64"}, "float32 array"),
        ({"shape": [2]}, "shape"),
        ({"data": "!"}, "base64"),
        ({"data": "AAAA"}, "another size"),
    ],
)
def test_an_array_that_does_not_fit_is_refused(change: dict[str, Json], match: str) -> None:
    packed = pack_array(np.zeros(3, np.float32))
    assert isinstance(packed, dict)
    with pytest.raises(SnapshotError, match=match):
        unpack_array(packed | change, "float32", (3,))


@pytest.mark.parametrize("value", [None, True, "1", [], {}, float("nan"), float("inf"), 10**400])
def test_only_finite_numbers_are_numbers(value: Json) -> None:
    with pytest.raises(SnapshotError, match="'x'"):
        number_in({"x": value}, "x")


def test_what_is_absent_is_said_by_name() -> None:
    with pytest.raises(SnapshotError, match="lacks 'x'"):
        number_in({}, "x")
    with pytest.raises(SnapshotError, match="lacks 3"):
        number_in([], 3)


def test_members_are_read_by_their_type() -> None:
    state: Json = {"n": 2, "none": None, "s": "a", "f": False, "o": {"k": 1}}
    assert number_in(state, "n") == 2.0
    assert optional_number_in(state, "none") is None
    assert optional_number_in(state, "n") == 2.0
    assert text_in(state, "s") == "a"
    assert flag_in(state, "f") is False
    assert members_in(state, "o") == {"k": 1}
    with pytest.raises(SnapshotError):
        text_in(state, "n")
    with pytest.raises(SnapshotError):
        flag_in(state, "n")
    with pytest.raises(SnapshotError):
        members_in(state, "s")
