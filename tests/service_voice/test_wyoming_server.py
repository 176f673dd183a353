"""Wyoming over real sockets: answers, refusals, and clients that misbehave beside others."""

import asyncio
import contextlib
import json
from threading import Event as Gate

import pytest
from tests.service_voice.conftest import (
    LOOPBACK,
    Stage,
    answer,
    following,
    heard,
    speak,
    start,
    stop,
)
from wyoming.asr import Transcribe, Transcript, VadSensitivity
from wyoming.audio import AudioChunk, AudioStart
from wyoming.error import Error
from wyoming.info import Describe
from wyoming.ping import Ping

from halcyon.service import wyoming
from halcyon.service.hearing import LONGEST_SECONDS, MOST_AT_ONCE
from halcyon.service.wire import LONGEST_PART
from halcyon.speech.language.household import Place
from stage.process import until


async def test_what_was_said_is_answered_when_the_sound_ends(stage: Stage) -> None:
    async with stage.client() as client:
        await start(client, language="en")
        await speak(client)
        await stop(client)
        transcript = await answer(client)
    assert (transcript.text, transcript.language) == ("turn on the light", "en")
    assert transcript.context is not None
    assert transcript.context[wyoming.CONTEXT]["confidence"] == 0.9
    assert stage.opened[0].seconds == 1.0


async def test_the_answer_comes_before_the_sound_ends_and_the_rest_is_dropped(stage: Stage) -> None:
    stage.after = 2.0
    async with stage.client() as client:
        await start(client)
        await speak(client, 2)
        assert (await answer(client)).text == "turn on the light"
        await speak(client, 3)
        await stop(client)
        await client.write_event(Ping("still here").event())
        assert (await following(client)).data == {"text": "still here"}
        await start(client)
        await speak(client, 2)
        assert (await answer(client)).text == "turn on the light"
    assert [listener.seconds for listener in stage.opened] == [2.0, 2.0]


async def test_what_is_not_for_the_home_is_an_empty_transcript(stage: Stage) -> None:
    stage.says = heard("the weather was nice", accepted=False)
    async with stage.client() as client:
        await start(client)
        await stop(client)
        events = [await following(client) for _ in range(3)]
    transcript = Transcript.from_event(events[1])
    assert transcript.text == ""
    assert transcript.context is not None
    assert transcript.context[wyoming.CONTEXT]["text"] == "the weather was nice"


async def test_a_request_brings_names_a_room_and_what_was_said_before(stage: Stage) -> None:
    turn = {"reply": "Meg Jones or Meg Bauer?", "candidates": ["Meg Jones", "Meg Bauer"]}
    async with stage.client() as client:
        context = {wyoming.CONTEXT: {"room": "Study", "previous_turn": turn}}
        await start(client, names=["Meg Bauer", "reading lamp"], context=context)
        await stop(client)
        await answer(client)
    household = stage.opened[0].asked.household
    assert household.room == "Study"
    assert household.previous.candidates == ("Meg Jones", "Meg Bauer")
    assert household.contacts == (Place("Meg Bauer"),)
    assert [entity.name for entity in household.entities] == ["Reading lamp"]


async def test_who_is_slow_is_waited_for(stage: Stage) -> None:
    async with stage.client() as client:
        relaxed = Transcribe(vad_sensitivity=VadSensitivity.RELAXED)
        await client.write_event(relaxed.event())
        await client.write_event(AudioStart(16_000, 2, 1).event())
        await stop(client)
        await answer(client)
        await start(client)
        await stop(client)
        await answer(client)
    assert [listener.asked.slower > 1.0 for listener in stage.opened] == [True, False]


async def test_a_context_may_bring_the_whole_home(stage: Stage) -> None:
    household = {"entities": [{"name": "Kettle"}]}
    async with stage.client() as client:
        await start(client, context={wyoming.CONTEXT: {"household": household}})
        await stop(client)
        await answer(client)
    assert [each.name for each in stage.opened[0].asked.household.entities] == ["Kettle"]


@pytest.mark.parametrize(
    ("rate", "width", "channels"), [(8_000, 2, 1), (16_000, 4, 1), (16_000, 2, 2)]
)
async def test_sound_in_another_format_is_refused_and_the_next_is_heard(
    stage: Stage, rate: int, width: int, channels: int
) -> None:
    async with stage.client() as client:
        await client.write_event(AudioStart(rate, width, channels).event())
        error = Error.from_event(await following(client))
        assert error.code == "bad-format"
        assert str(rate) in error.text
        await speak(client)
        await stop(client)
        await start(client)
        await stop(client)
        assert (await answer(client)).text == "turn on the light"


async def test_a_stream_that_changes_its_format_is_refused(stage: Stage) -> None:
    async with stage.client() as client:
        await start(client)
        await client.write_event(AudioChunk(48_000, 2, 1, b"\0\0").event())
        assert Error.from_event(await following(client)).code == "bad-format"


async def test_a_stream_that_never_ends_is_ended(stage: Stage) -> None:
    async with stage.client() as client:
        await start(client)
        await speak(client, int(LONGEST_SECONDS) + 1)
        assert Error.from_event(await following(client)).code == "too-long"
        await start(client)
        await stop(client)
        assert (await answer(client)).text == "turn on the light"


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\n",
        b"[]\n",
        b'{"type": 7}\n',
        b'{"data": {}}\n',
        b'{"type": "audio-chunk", "data_length": "x"}\n',
        b'{"type": "audio-chunk", "data_length": 3}\n[1]',
        b"x" * 200_000,
        json.dumps({"type": "audio-chunk", "payload_length": LONGEST_PART + 1}).encode() + b"\n",
        b'{"type": "a", "data":' + b"[" * 30_000 + b"\n",
    ],
    ids=range(9),
)
async def test_what_is_no_event_is_an_error_and_the_end(stage: Stage, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, stage.port)
    writer.write(sent)
    said = json.loads(await asyncio.wait_for(reader.readline(), 10.0))
    body = json.loads(await reader.readexactly(said["data_length"]))
    assert (said["type"], body["code"]) == ("error", "malformed")
    with contextlib.suppress(ConnectionResetError):
        assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    "event", [b'{"type": "audio-start"}\n', b'{"type": "transcribe", "data": {"context": 3}}\n']
)
async def test_an_event_that_lacks_what_it_needs_is_an_error(stage: Stage, event: bytes) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, stage.port)
    writer.write(event)
    said = json.loads(await asyncio.wait_for(reader.readline(), 10.0))
    assert said["type"] == "error"
    writer.close()


async def test_a_client_that_vanishes_leaves_its_place(stage: Stage) -> None:
    for _ in range(MOST_AT_ONCE + 1):
        async with stage.client() as client:
            await start(client)
            await speak(client)
    async with stage.client() as client:
        await start(client)
        await stop(client)
        assert (await answer(client)).text == "turn on the light"


async def test_ten_are_heard_at_once_and_one_too_many_is_told(stage: Stage) -> None:
    gate = Gate()
    stage.work = lambda: gate.wait(10.0)

    async def whole(number: int) -> str:
        async with stage.client() as client:
            await start(client, names=[f"Name {number}"])
            await speak(client)
            await stop(client)
            return (await answer(client)).text

    speaking = [asyncio.create_task(whole(number)) for number in range(10)]
    await until(lambda: len(stage.opened) > 1, 10.0, "two utterances")
    async with stage.client() as client:
        await client.write_event(Describe().event())
        assert (await following(client)).type == "info"
    gate.set()
    assert await asyncio.gather(*speaking) == ["turn on the light"] * 10
    names = {listener.asked.household.contacts[0].name for listener in stage.opened}
    assert len(names) == 10


async def test_more_connections_than_a_home_needs_are_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wyoming, "MOST_CLIENTS", 1)
    async with stage.client() as first:
        await first.write_event(Ping().event())
        await following(first)
        async with stage.client() as second:
            assert Error.from_event(await following(second)).code == "busy"
        await first.write_event(Ping().event())
        assert (await following(first)).type == "pong"


async def test_who_falls_silent_within_an_utterance_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wyoming, "_PATIENCE", 0.05)
    async with stage.client() as client:
        await start(client)
        assert Error.from_event(await following(client)).code == "timeout"


async def test_a_listener_that_fails_costs_one_connection(stage: Stage) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    stage.work = fail
    async with stage.client() as client:
        await start(client)
        await speak(client)
        assert Error.from_event(await following(client)).code == "internal"
    stage.work = lambda: None
    async with stage.client() as client:
        await start(client)
        await stop(client)
        assert (await answer(client)).text == "turn on the light"
