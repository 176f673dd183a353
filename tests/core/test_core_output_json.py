"""What one host writes, another reads."""

from contextlib import suppress
import json

from hypothesis import given, strategies as st
import pytest

from halcyon.core.output import (
    Doppler,
    Environment,
    Fact,
    HeartRate,
    InBed,
    MotionEvent,
    Moved,
    Movement,
    NodeStatus,
    Output,
    Presence,
    Respiration,
    SessionEvent,
    SleepIntent,
    SleepSession,
    SleepStage,
    Ultrasound,
)
from halcyon.core.output_json import read_output
from halcyon.core.reading import Availability, MotionLevel, SoundTrouble
from halcyon.core.sleep import Stage
from halcyon.core.snapshot import Json, SnapshotError

numbers = st.floats(allow_nan=False, allow_infinity=False)
unsure = st.none() | numbers
counts = st.integers(0, 2**40)
names = st.text(max_size=8)
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(
        Presence,
        st.none() | st.booleans(),
        unsure,
        st.lists(st.tuples(numbers, numbers), max_size=3).map(tuple),
        st.lists(names, max_size=3).map(tuple),
    ),
    st.builds(Moved, st.none() | st.sampled_from(MotionLevel), unsure, st.none() | names),
    st.builds(Environment, unsure, unsure, unsure, unsure),
    st.builds(InBed, names, st.none() | st.booleans()),
    st.builds(Respiration, names, unsure, unsure),
    st.builds(HeartRate, names, unsure),
    st.builds(SleepIntent, names, unsure),
    st.builds(SleepStage, names, st.none() | st.sampled_from(Stage), unsure),
    st.builds(
        SleepSession,
        names,
        st.sampled_from(SessionEvent),
        st.none() | st.dictionaries(names, numbers | st.lists(unsure, max_size=3), max_size=3),
    ),
    st.builds(
        NodeStatus,
        names,
        st.sampled_from(Availability),
        counts,
        counts,
        counts,
        counts,
        unsure,
        st.booleans(),
    ),
    st.builds(MotionEvent, st.sampled_from(Movement), st.none() | names),
    st.builds(
        Ultrasound,
        names,
        unsure,
        unsure,
        unsure,
        unsure,
        st.none() | st.sampled_from(SoundTrouble),
        st.none() | st.booleans(),
    ),
    st.builds(
        Doppler,
        names,
        st.lists(numbers, max_size=3).map(tuple),
        st.lists(numbers, max_size=3).map(tuple),
        st.none() | st.sampled_from(MotionLevel),
        unsure,
    ),
)
outputs = st.builds(Output, numbers, numbers, names, st.none() | names, facts)
anything = st.recursive(
    st.none() | st.booleans() | numbers | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(outputs)
def test_reads_what_was_written(output: Output) -> None:
    assert read_output(json.loads(json.dumps(output.to_json()))) == output


@given(outputs, st.data())
def test_a_member_of_another_kind_is_refused_or_read(output: Output, data: st.DataObject) -> None:
    body = output.to_json()
    body[data.draw(st.sampled_from(sorted(body)))] = data.draw(anything)
    with suppress(SnapshotError):
        assert read_output(body).site == body["site"]


@pytest.mark.parametrize("document", [None, [], "presence", {"kind": "presence"}])
def test_refuses_what_is_no_output(document: Json) -> None:
    with pytest.raises(SnapshotError):
        read_output(document)
