"""Spoken commands: weighed once, told once, never before they are final, and not in standby."""

import json

import pytest

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room
from halcyon.core.message import Message
from halcyon.core.output import Output, Spoken
from halcyon.core.output_json import read_output
from halcyon.core.snapshot import Json
from halcyon.decide.commands import UNDERSTAND_SECONDS
from halcyon.pipeline import Effect, Pipeline

T = 1_795_000_000.0
TOPIC = "halcyon/1/home/speaker/"


def pipeline() -> Pipeline:
    engine = Pipeline(House("home", (Room("kitchen", (Mount("speaker"),)),)))
    told(engine, TOPIC + "info", {"v": 1, "boot": 1, "streams": {}}, T, retain=False)
    return engine


def told(
    engine: Pipeline, topic: str, body: dict[str, Json], t: float, *, retain: bool = False
) -> list[Effect]:
    return engine.receive(Message(topic, json.dumps(body).encode(), t, retain=retain, qos=1))


def voice(engine: Pipeline, t: float, n: int = 0, **body: Json) -> list[Effect]:
    event: dict[str, Json] = {"id": f"v{n}", "b": 1, "n": n, "ms": round((t - T) * 1000)}
    return told(engine, TOPIC + "e/voice", {**event, "lang": "en", **body}, t)


def recognised(engine: Pipeline, t: float, **body: Json) -> list[Effect]:
    whole: dict[str, Json] = {
        "utterance": "u",
        "revision": 1,
        "text": "turn on the light",
        "accepted": True,
        "final": True,
        "node": "speaker",
        "source": "hermes",
    }
    return told(engine, "$host/recognised", whole | body, t)


def spoken(effects: list[Effect]) -> list[Output]:
    found = [each for each in effects if isinstance(each, Output)]
    return [each for each in found if isinstance(each.fact, Spoken)]


def facts(effects: list[Effect]) -> list[tuple[str, bool, bool]]:
    found = [output.fact for output in spoken(effects)]
    return [(fact.text, fact.final, fact.accepted) for fact in found if isinstance(fact, Spoken)]


def test_a_transcript_of_a_node_is_weighed_and_what_comes_back_is_told() -> None:
    engine = pipeline()
    (asked,) = [
        each
        for each in voice(engine, T + 1, text="turn on the\tlamp", conf=0.6)
        if isinstance(each, Command)
    ]
    assert asked.topic == "halcyon/1/home/$engine/cmd/recognise"
    body = dict(asked.fields)
    assert (body["text"], body["conf"], body["node"]) == ("turn on the lamp", 0.6, "speaker")
    (output,) = spoken(recognised(engine, T + 1.1, utterance=body["utterance"], at=T + 0.5))
    assert (output.room, output.at, output.t) == ("kitchen", T + 0.5, T + 1.1)
    assert read_output(output.to_json()) == output
    assert not spoken(engine.advance(T + 60))


def test_without_anybody_to_weigh_it_a_transcript_counts_as_it_is() -> None:
    engine = pipeline()
    assert not spoken(voice(engine, T + 1, text="turn on the lamp", conf=0.6))
    assert not spoken(engine.advance(T + 1 + UNDERSTAND_SECONDS - 0.01))
    (output,) = spoken(engine.advance(T + 60))
    assert isinstance(output.fact, Spoken)
    assert (output.t, output.room) == (T + 1 + UNDERSTAND_SECONDS, "kitchen")
    assert (output.fact.text, output.fact.source) == ("turn on the lamp", "node")
    assert not facts(recognised(engine, T + 61, utterance=output.fact.utterance))


def test_revisions_replace_each_other_and_nothing_follows_the_final_one() -> None:
    engine = pipeline()
    assert facts(recognised(engine, T + 1, revision=1, final=False)) == [
        ("turn on the light", False, True)
    ]
    assert facts(recognised(engine, T + 1.1, revision=1, final=True)) == []
    assert facts(recognised(engine, T + 1.2, revision=2, final=False, withdrawn=True)) == [
        ("", False, False)
    ]
    assert facts(recognised(engine, T + 1.3, revision=3, text="turn off")) == [
        ("turn off", True, True)
    ]
    assert facts(recognised(engine, T + 1.4, revision=4)) == []


def test_in_standby_nothing_is_heard() -> None:
    engine = pipeline()
    standby: dict[str, Json] = {"name": "standby", "room": "kitchen", "on": True}
    told(engine, "$host/intent", standby, T + 1)
    assert voice(engine, T + 2, text="turn on the lamp") == []
    assert recognised(engine, T + 3) == []
    assert not spoken(engine.advance(T + 60))


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": 3},
        {"text": "  \t "},
        {},
    ],
)
def test_a_transcript_without_words_is_none(body: dict[str, Json]) -> None:
    engine = pipeline()
    assert voice(engine, T + 1, 0, **body) == []


def test_an_event_that_comes_again_or_late_is_not_a_command_again() -> None:
    engine = pipeline()
    assert len(voice(engine, T + 1, text="stop")) == 1
    assert voice(engine, T + 1.2, n=0, text="stop") == []
    assert voice(engine, T + 1.3, n=1, id="v0", text="stop") == []


def test_a_flood_of_transcripts_costs_bounded_memory() -> None:
    engine = pipeline()
    for number in range(200):
        voice(engine, T + 5 * number, n=number, text="stop")
        recognised(engine, T + 5 * number, utterance=f"u{number}", final=False)
    assert len(json.dumps(engine.snapshot())) < 100_000


@pytest.mark.parametrize(
    "body",
    [
        {"utterance": None},
        {"revision": -1},
        {"revision": 1.5},
        {"text": None},
    ],
)
def test_what_is_malformed_is_dropped(body: dict[str, Json]) -> None:
    assert recognised(pipeline(), T + 1, **body) == []


def test_a_transcript_is_one_plain_line() -> None:
    (output,) = spoken(recognised(pipeline(), T + 1, text="a\n\x1b[31mb\u202e" + "c" * 5000))
    assert isinstance(output.fact, Spoken)
    assert output.fact.text.startswith("a [31mb c")
    assert len(output.fact.text) == 400


def test_what_is_heard_nowhere_has_no_room() -> None:
    (output,) = spoken(recognised(pipeline(), T + 1, node=None, room="cellar"))
    assert output.room is None


def test_ticks_change_nothing() -> None:
    def outputs(*ticks: float) -> list[Output]:
        engine = pipeline()
        found = voice(engine, T + 1, text="turn on the lamp")
        for t in ticks:
            found += engine.advance(t)
        found += recognised(engine, T + 5, utterance="other")
        return spoken(found)

    assert outputs() == outputs(*(T + 1 + 0.3 * tick for tick in range(13)))
    assert len(outputs()) == 2
