"""Routines as documents: what is read is written, and what cannot be meant is refused."""

import json
from pathlib import Path
from random import Random

from hypothesis import given, settings, strategies as st
import pytest
from tests.routines.bench import Document
from tests.schema import Published

from halcyon.core.house import House, house_from_json, house_to_json
from halcyon.core.snapshot import Json
from halcyon.decide.home import Home
from halcyon.decide.routines.reading import readable
from halcyon.decide.routines.routine import (
    RoutineError,
    routine_from_json,
    routine_schema,
    routine_to_json,
    routines_from_json,
)
from halcyon.evaluate.routines.streams import routines

SCHEMA = Path(__file__).parents[2] / "docs/schemas/routine.schema.json"
ROUTINE = Published("routine")


def document(**more: Json) -> Document:
    trigger: Json = {"kind": "occupancy", "room": "den"}
    body: Document = {"id": "a", "name": "A", "triggers": [trigger]}
    return body | more


def trigger(**fields: Json) -> Document:
    return document(triggers=[fields])


def test_the_published_schema_is_that_of_the_code() -> None:
    text = json.dumps(routine_schema(), indent=2) + "\n"
    assert SCHEMA.read_text("utf-8") == text, (
        "the schema of routines changed; write it anew with: python -m "
        "halcyon.decide.routines.schema > docs/schemas/routine.schema.json"
    )


@given(st.integers(0, 2**32))
def test_what_is_read_is_written(seed: int) -> None:
    for each in routines(Random(seed)):
        assert not ROUTINE.complaints(each)
        routine = routine_from_json(each)
        written = json.loads(json.dumps(routine_to_json(routine)))
        assert not ROUTINE.complaints(written)
        assert routine_from_json(written) == routine
        assert routine_to_json(routine_from_json(written)) == written


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "room", "do", "for_s", "until", "topic", "phrases", "x"]),
            inner | st.sampled_from(["motion", "command", "wait", "publish", "time", "den"]),
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.integers(0, 2**32), _json)
def test_what_the_schema_refuses_cannot_be_read(seed: int, broken: Json) -> None:
    rng = Random(seed)
    body = json.loads(json.dumps(routines(rng)[0]))
    part = body
    while part and rng.random() < 0.8:
        key = rng.choice([*part] if isinstance(part, dict) else range(len(part)))
        if not isinstance(part[key], dict | list) or not part[key] or rng.random() < 0.2:
            part[key] = broken
            break
        part = part[key]
    if ROUTINE.complaints(body):
        with pytest.raises(RoutineError):
            routine_from_json(body)


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["id", "name", "triggers", "conditions", "sequence", "mode", "max_runs"]),
        _json | st.lists(_json, max_size=2) | st.sampled_from(["den", "single"]),
    )
    | _json
)
def test_a_broken_document_raises_routine_error_and_nothing_else(body: Json) -> None:
    try:
        routine = routine_from_json(body)
    except RoutineError:
        return
    assert routine_from_json(routine_to_json(routine)) == routine


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "routine: id is missing"),
        ([], "routine must be an object"),
        (document(id="Den off"), r"routine.id must be an id: 1 to 32 of a-z, 0-9 and '-'"),
        (document(triggers=[]), "a list of 1 to 16"),
        (document(trigger=[]), "unknown key 'trigger'; known are id, name, triggers"),
        (document(mode="parallel"), "mode must be one of single, restart, queued"),
        (document(max_runs=2.5), "max_runs must be a whole number"),
        (document(enabled="yes"), "enabled must be true or false"),
        (trigger(kind="door"), "kind must be one of motion, motion_event, occupancy"),
        (trigger(kind="motion"), r"triggers\[0\]: room is missing"),
        (trigger(kind="motion", room="den", for_s=-1), "a number from 0 to 604800"),
        (trigger(kind="motion", room="den", for_s=10**400), "a number from 0 to 604800"),
        (trigger(kind="motion", room="den", source="cat"), "radar, pir, ultrasound"),
        (trigger(kind="environment", room="den", quantity="lux"), "either above or below"),
        (trigger(kind="command", phrases=["…!"]), "has no words"),
        (document(conditions=[{"kind": "time"}]), "give after, before or days"),
        (document(conditions=[{"kind": "time", "after": "7"}]), "write HH:MM"),
        (document(conditions=[{"kind": "time", "after": "07:00", "before": "07:00"}]), "the same"),
        (document(conditions=[{"kind": "sun"}]), "give above, below or both"),
        (document(hosted=True, sequence=[{"do": "delay", "for_s": 1}]), "leave out sequence"),
        (document(sequence=[{"do": "publish", "topic": "lamp/+"}]), r"leave out \+ and #"),
        (document(sequence=[{"do": "publish", "topic": "$SYS/x"}]), "none to publish to"),
        (
            document(sequence=[{"do": "publish", "topic": "halcyon/1/home/radar-1/avail"}]),
            "belongs to nodes and to Halcyon",
        ),
        (document(sequence=[{"do": "light", "node": "a b", "brightness": 1}]), "must be an id"),
        (
            document(sequence=[{"do": "wait", "until": {"kind": "motion"}}]),
            r"sequence\[0\].until: room is missing",
        ),
    ],
)
def test_an_error_names_the_place_and_what_is_allowed(body: Json, error: str) -> None:
    with pytest.raises(RoutineError, match=error):
        routine_from_json(body)


def test_two_routines_have_two_names() -> None:
    with pytest.raises(RoutineError, match="two routines have the same id"):
        routines_from_json((document(), document()))


def test_a_home_goes_on_without_what_it_cannot_read() -> None:
    documents: tuple[Json, ...] = ({"id": "new", "from": "the future"}, document(), document())
    found, wrong = readable(documents)
    assert [routine.id for routine in found] == ["a"]
    assert len(wrong) == 2
    home = Home(House("home", routines=documents))
    assert home.explain_routine("a", 0.0) is not None
    assert home.explain_routine("new", 0.0) is None


def test_a_house_carries_its_routines() -> None:
    house = House("home", routines=(document(),))
    assert house_from_json(house_to_json(house)) == house
