"""Satellites of Rhasspy: sessions, sounds of all kinds, and what is captured."""

import asyncio
from collections.abc import AsyncIterator
import io
import json
from typing import Any
import wave

import pytest
from tests.service_voice.conftest import StubListener, heard

from halcyon.core.message import Message
from halcyon.service import hermes
from halcyon.service.hearing import Asked, Hearing
from halcyon.service.hermes import Hermes
from halcyon.service.hermes_messages import LARGEST_FRAME
from halcyon.service.households import Home, Room
from halcyon.service.transport import Letter
from halcyon.speech.listener import Heard
from stage.process import until

HOME = Home(
    rooms=(
        Room("kitchen", "Kitchen", ("speaker-1",)),
        Room("bedroom", "Bedroom", (), paused=True),
    )
)


def wav(seconds: float = 0.1, rate: int = 16_000, width: int = 2, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setframerate(rate)
        opened.setsampwidth(width)
        opened.setnchannels(channels)
        opened.writeframes(b"\0" * round(seconds * rate) * width * channels)
    return file.getvalue()


class Broker:
    """What satellites publish, and what they are answered."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.told: list[tuple[str, Heard]] = []
        self.opened: list[StubListener] = []
        self.after = 0.5
        self.says = heard()
        self.hearing = Hearing(self.open)
        self.hermes = Hermes(
            self.hearing,
            lambda: HOME,
            self.sent.append,
            lambda _, site, news: self.told.append((site, news)),
        )

    def open(self, asked: Asked) -> StubListener:
        self.opened.append(StubListener(asked, self.says, self.after))
        return self.opened[-1]

    def publish(self, topic: str, payload: bytes | dict[str, Any], *, retain: bool = False) -> None:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        assert self.hermes.receive(Message(topic, body, 0.0, retain=retain))

    def start(self, site: str = "speaker-1", **body: str) -> None:
        self.publish("hermes/asr/startListening", {"siteId": site, "sessionId": "s1"} | body)

    def sound(self, count: int = 1, site: str = "speaker-1", frame: bytes | None = None) -> None:
        for _ in range(count):
            self.publish(f"hermes/audioServer/{site}/audioFrame", wav() if frame is None else frame)

    @property
    def said(self) -> list[str]:
        """The topics of what was sent."""
        return [each.topic.removeprefix("hermes/") for each in self.sent]

    async def answer(self) -> tuple[str, dict[str, Any]]:
        await until(lambda: bool(self.sent), 5.0, "an answer")
        letter = self.sent.pop(0)
        return letter.topic, json.loads(letter.payload)


@pytest.fixture
async def broker() -> AsyncIterator[Broker]:
    broker = Broker()
    yield broker
    await broker.hermes.close()
    await broker.hearing.close()


async def test_what_was_said_is_captured_before_the_sound_ends(broker: Broker) -> None:
    broker.start(lang="en", wakewordId="okay")
    broker.sound(20)
    topic, body = await broker.answer()
    assert topic == "hermes/asr/textCaptured"
    assert body["text"] == "turn on the light"
    assert (body["siteId"], body["sessionId"], body["wakewordId"]) == ("speaker-1", "s1", "okay")
    assert (body["likelihood"], body["seconds"], body["lang"]) == (0.9, pytest.approx(0.5), "en")
    assert [site for site, _ in broker.told] == ["speaker-1"]
    assert broker.opened[0].asked.household.room == "Kitchen"
    broker.sound(20)
    await asyncio.sleep(0)
    assert not broker.sent


async def test_a_satellite_may_say_when_it_ends(broker: Broker) -> None:
    broker.after = float("inf")
    broker.start()
    broker.sound(3)
    broker.publish("hermes/asr/stopListening", {"siteId": "speaker-1", "sessionId": "s1"})
    assert (await broker.answer())[1]["text"] == "turn on the light"


@pytest.mark.parametrize(
    ("accepted", "ending"), [(True, ["nominal"]), (False, ["intentNotRecognized"])]
)
async def test_without_a_dialogue_manager_a_wake_word_is_a_session_that_we_lead(
    broker: Broker, accepted: bool, ending: list[str]
) -> None:
    broker.says = heard(accepted=accepted)
    broker.publish("hermes/hotword/okay/detected", {"siteId": "speaker-1", "modelId": "okay"})
    broker.sound(10)
    await until(lambda: broker.said[-1:] == ["hotword/toggleOn"], 5.0, "the end")
    assert [each for each in broker.said if each != "dialogueManager/intentNotRecognized"] == [
        "hotword/toggleOff",
        "dialogueManager/sessionStarted",
        "asr/textCaptured",
        "dialogueManager/sessionEnded",
        "hotword/toggleOn",
    ]
    assert ("dialogueManager/intentNotRecognized" in broker.said) is not accepted
    bodies = [json.loads(each.payload) for each in broker.sent]
    assert {body["siteId"] for body in bodies} == {"speaker-1"}
    assert len({body["sessionId"] for body in bodies if "sessionId" in body}) == 1
    assert [body["termination"]["reason"] for body in bodies if "termination" in body] == ending
    assert bodies[2]["wakewordId"] == "okay"


async def test_a_session_that_fails_ends_and_its_wake_word_is_heard_again(broker: Broker) -> None:
    broker.publish("hermes/hotword/okay/detected", {"siteId": "speaker-1", "sessionId": "own"})
    broker.sound(frame=b"nonsense")
    await until(lambda: broker.said[-1:] == ["hotword/toggleOn"], 5.0, "the end")
    ended = next(each for each in broker.sent if each.topic.endswith("sessionEnded"))
    assert json.loads(ended.payload) == {
        "siteId": "speaker-1",
        "sessionId": "own",
        "termination": {"reason": "error"},
    }


async def test_a_wake_word_within_a_session_ends_that(broker: Broker) -> None:
    for session in ("first", "second"):
        broker.publish(
            "hermes/hotword/okay/detected", {"siteId": "speaker-1", "sessionId": session}
        )
        await until(lambda: "dialogueManager/sessionStarted" in broker.said, 5.0, "a session")
    broker.sound(10)
    await until(lambda: broker.said.count("hotword/toggleOn") == 2, 5.0, "both ends")
    ends = [
        (body["sessionId"], body["termination"]["reason"])
        for each in broker.sent
        if each.topic.endswith("sessionEnded") and (body := json.loads(each.payload))
    ]
    assert ends == [("first", "abortedByUser"), ("second", "nominal")]


async def test_what_is_not_for_the_home_is_captured_as_nothing(broker: Broker) -> None:
    broker.says = heard("the weather was nice", accepted=False)
    broker.start()
    broker.sound(10)
    assert (await broker.answer())[1]["text"] == ""


async def test_satellites_are_heard_side_by_side(broker: Broker) -> None:
    for site in ("one", "two"):
        broker.start(site)
    broker.sound(10, "one")
    broker.sound(10, "two")
    answers = [await broker.answer() for _ in range(2)]
    assert {body["siteId"] for _, body in answers} == {"one", "two"}


async def test_a_new_start_replaces_the_one_before(broker: Broker) -> None:
    broker.start(sessionId="old")
    broker.sound(2)
    broker.start(sessionId="new")
    broker.sound(10)
    assert (await broker.answer())[1]["sessionId"] == "new"


async def test_a_room_in_standby_is_not_heard(broker: Broker) -> None:
    broker.start("bedroom")
    broker.sound(10, "bedroom")
    await asyncio.sleep(0)
    assert not broker.opened


async def test_without_a_start_nothing_is_heard(broker: Broker) -> None:
    broker.sound(10)
    await asyncio.sleep(0)
    assert not broker.opened


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (b"nonsense", "no WAV"),
        (b"", "no WAV"),
        (wav()[:40], "no WAV"),
        (wav(rate=44_100), "44100"),
        (wav(channels=2), "2 channels"),
        (wav(width=1), "8 bits"),
        (b"\0" * (LARGEST_FRAME + 1), f"at most {LARGEST_FRAME}"),
    ],
    ids=["nonsense", "empty", "cut", "rate", "stereo", "8 bits", "large"],
)
async def test_sound_that_cannot_be_heard_is_an_error(
    broker: Broker, frame: bytes, expected: str
) -> None:
    broker.start()
    broker.sound(frame=frame)
    topic, body = await broker.answer()
    assert topic == "hermes/error/asr"
    assert expected in body["error"]
    assert body["siteId"] == "speaker-1"
    broker.start()
    broker.sound(10)
    assert (await broker.answer())[0] == "hermes/asr/textCaptured"


async def test_sound_that_comes_faster_than_it_is_heard_is_an_error(broker: Broker) -> None:
    broker.after = float("inf")
    broker.start()
    broker.sound(200, frame=wav(1.0))
    topic, body = await broker.answer()
    assert topic == "hermes/error/asr"
    assert "faster" in body["error"]


async def test_a_satellite_that_falls_silent_is_given_up(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hermes, "_PATIENCE", 0.05)
    broker.start()
    assert (await broker.answer())[0] == "hermes/error/asr"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"siteId": 3}', b'{"siteId": "a/b"}', b'{"siteId": "#"}']
)
async def test_a_start_may_be_malformed(broker: Broker, body: bytes) -> None:
    broker.publish("hermes/asr/startListening", body)
    await asyncio.sleep(0)
    assert not broker.opened
    assert not broker.sent


async def test_what_is_retained_is_not_heard(broker: Broker) -> None:
    broker.publish("hermes/asr/startListening", {"siteId": "speaker-1"}, retain=True)
    broker.sound(10)
    await asyncio.sleep(0)
    assert not broker.opened
