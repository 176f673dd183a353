"""When a node sends what it hears, and when it stops: with a wake word that a test says."""

import io
import json
from typing import Any
import wave

import pytest

from halcyon.core.message import Message
from halcyon.core.snapshot import Json
from halcyon.service.transport import Letter
from halcyon_speaker.talk.attention import LONGEST_S, Attention

BLOCK = b"\0" * 1600
"""A twentieth of a second."""
WORD = b"\1" * 1600
"""The same, in which the wake word ends."""


class Said:
    """A wake word that is whatever a test says it is."""

    name = "okay_nabu"

    def feed(self, pcm: bytes) -> bool:
        return WORD[:2] in pcm

    def reset(self) -> None:
        """Nothing is remembered."""


class Room:
    """One node's attention, and what it sent."""

    def __init__(self, *, word: bool = True) -> None:
        self.hushed = 0
        words = (Said(), Said()) if word else (None, None)
        self.attention = Attention("box", *words, session=self._session, hush=self._hush)
        self.sent: list[Letter] = []
        self._sessions = 0

    def _session(self) -> str:
        self._sessions += 1
        return f"s{self._sessions}"

    def _hush(self) -> None:
        self.hushed += 1

    def hear(
        self, *blocks: bytes, played: bytes = b"", playing: bool = False, times: int = 1
    ) -> None:
        for block in blocks * times:
            self.sent += self.attention.hear(block, played, playing=playing)

    def take(self, leaf: str, *, retain: bool = False, **body: Json) -> None:
        payload = json.dumps({"siteId": "box"} | body).encode()
        self.attention.take(Message(f"hermes/{leaf}", payload, 0.0, retain))

    def told(self, leaf: str) -> list[dict[str, Any]]:
        return [json.loads(each.payload) for each in self.sent if each.topic == f"hermes/{leaf}"]

    @property
    def frames(self) -> list[bytes]:
        return [each.payload for each in self.sent if each.topic.endswith("/audioFrame")]


def test_nothing_is_sent_before_the_wake_word_and_everything_after_it() -> None:
    room = Room()
    room.hear(BLOCK, times=100)
    assert room.sent == []
    room.hear(WORD, BLOCK, BLOCK)
    (woken,) = room.told("hotword/okay_nabu/detected")
    assert (woken["siteId"], woken["sessionId"], woken["modelId"]) == ("box", "s1", "okay_nabu")
    assert len(room.frames) == 3
    with wave.open(io.BytesIO(room.frames[1])) as opened:
        assert opened.getparams()[:4] == (1, 2, 16_000, 800)


@pytest.mark.parametrize("leaf", ["asr/textCaptured", "error/asr", "asr/stopListening"])
def test_it_stops_when_it_was_heard_or_cannot_be(leaf: str) -> None:
    room = Room()
    room.hear(WORD, BLOCK)
    room.take(leaf, sessionId="another")
    room.take(leaf, retain=True, sessionId="s1")
    room.take(leaf, sessionId="s1", siteId="elsewhere")
    room.hear(BLOCK)
    assert len(room.frames) == 3
    room.take(leaf, sessionId="s1", text="turn on the lamp")
    count = len(room.sent)
    room.hear(BLOCK, times=10)
    assert not room.attention.listening
    assert len(room.sent) == count


def test_who_never_stops_speaking_is_not_sent_for_ever() -> None:
    room = Room()
    room.hear(WORD)
    room.hear(BLOCK, times=round(2 * LONGEST_S / 0.05))
    assert LONGEST_S / 0.05 <= len(room.frames) <= LONGEST_S / 0.05 + 2
    assert room.told("asr/stopListening") == [{"siteId": "box", "sessionId": "s1"}]


def test_it_can_be_interrupted_but_not_by_itself() -> None:
    room = Room()
    room.hear(BLOCK, played=WORD, playing=True)
    # The room gives back late what the speaker said.
    room.hear(BLOCK, played=BLOCK, playing=True, times=6)
    room.hear(WORD, played=BLOCK, playing=True)
    assert (room.sent, room.hushed) == ([], 0)
    room.hear(BLOCK, played=BLOCK, playing=True, times=40)
    room.hear(WORD, played=BLOCK, playing=True)
    assert room.hushed == 1
    assert room.attention.listening


def test_asked_to_listen_it_waits_until_it_has_spoken() -> None:
    room = Room(word=False)
    room.hear(BLOCK, playing=True)
    room.attention.listen()
    room.hear(BLOCK, playing=True, times=20)
    room.hear(BLOCK, times=4)
    assert room.sent == []
    room.hear(BLOCK, times=3)
    (start,) = room.told("asr/startListening")
    assert start["sessionId"] == "s1"
    assert room.frames
    # Its own start comes back from the broker.
    room.take("asr/startListening", sessionId="s1")
    assert room.attention.listening


def test_others_may_ask_it_to_listen_in_a_session_of_theirs() -> None:
    room = Room(word=False)
    room.take("asr/startListening", sessionId="theirs")
    room.hear(BLOCK, times=8)
    assert [each["sessionId"] for each in room.told("asr/startListening")] == ["theirs"]
    room.take("asr/textCaptured", sessionId="theirs", text="")
    assert not room.attention.listening


def test_in_standby_it_says_that_nothing_follows() -> None:
    room = Room()
    room.hear(WORD)
    letters = room.attention.cease()
    assert [each.topic for each in letters] == ["hermes/asr/stopListening"]
    assert room.attention.cease() == []


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'{"siteId":"box"}' + b" " * 20_000])
def test_what_is_malformed_changes_nothing(payload: bytes) -> None:
    room = Room()
    room.hear(WORD)
    room.attention.take(Message("hermes/asr/textCaptured", payload, 0.0))
    assert room.attention.listening
