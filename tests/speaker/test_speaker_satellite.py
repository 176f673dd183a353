"""A node that is spoken to: a voice that was never recorded, real recordings, and a real network.

The loudspeaker is heard by the microphone through a room that is computed, so that the node hears
itself as it would.
"""

from functools import cache
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
import pytest
import soundfile
from tests.speaker.conftest import ADDRESS, BEGAN, CALIBRATED, RATE
from tests.speech_hear.conftest import spoken

from halcyon.core.snapshot import Json
from halcyon.evaluate.data import data_folder
from halcyon.sense.ultrasound.sweep import Hardware
from halcyon.service.transport import Letter
from halcyon_speaker.effects import Effect, Fetch
from halcyon_speaker.node import Node
from halcyon_speaker.obeying import Obedience
from halcyon_speaker.options import Options
from halcyon_speaker.sounds import Sound
from halcyon_speaker.spectra import filtered, resampled
from halcyon_speaker.talk.satellite import Satellite, words_for
from halcyon_speaker.talk.wake_word import SmallNetwork, WakeWordError

BLOCK = 2400
_DELAY = 2880
"""Samples from asking for a sound to hearing it: 60 ms."""


def at_rate(pcm: bytes) -> NDArray[np.float32]:
    samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
    return resampled(np.asarray(samples, dtype=np.float32), 16_000, RATE)


@cache
def voice(text: str) -> NDArray[np.float32]:
    return at_rate(spoken(text))


class Device:
    """A node beside its own loudspeaker, and somebody who may speak in its room."""

    def __init__(self, word: str = "hey_jarvis") -> None:
        options = Options(Hardware(RATE), budget=0.25)
        self.node = Node(ADDRESS, options, RATE, 1, boot=1, kept=CALIBRATED, cpu=lambda: 0.0)
        self.hushed = 0
        self.node.satellite = Satellite("box", RATE, words_for(word), self._hush)
        self.node.begin(0.0, BEGAN, _DELAY)
        self.sent: list[str] = []
        noise = np.random.default_rng(3)
        # A direct way, and a room that fades within a quarter of a second; `filtered` takes the
        # middle of a filter for now.
        fading = noise.normal(0, 0.02, RATE // 4) * np.exp(-np.arange(RATE // 4) / (RATE / 20))
        fading[0] = 0.4
        self._room = np.concatenate([np.zeros(len(fading) - 1), fading])
        self._played = quiet(1.0)
        self._noise = noise

    def _hush(self) -> None:
        self.hushed += 1
        self.node.emitter.play(None)

    def play(self, samples: NDArray[np.float32]) -> None:
        self.node.emitter.play(Sound(samples, RATE))

    def run(self, said: NDArray[np.float32]) -> None:
        """Let somebody say something, or nothing."""
        for start in range(0, len(said) - BLOCK + 1, BLOCK):
            now = self.node.render(BLOCK)[:, 0]
            kept = len(self._room) + _DELAY
            self._played = np.concatenate([self._played[-kept:], now])
            arrived = self._played[: len(self._played) - _DELAY]
            echo = filtered(arrived, self._room)[-BLOCK:]
            heard = echo + said[start : start + BLOCK] + self._noise.normal(0, 3e-4, BLOCK)
            effects = self.node.hear(heard.astype(np.float32)[:, None])
            self.sent += [each.topic for each in effects if isinstance(each, Letter)]

    @property
    def woken(self) -> int:
        return sum("hotword" in topic for topic in self.sent)


def quiet(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def recording(name: str) -> NDArray[np.float32]:
    """A real one, with a second before it, as loud as it came."""
    path = data_folder() / "speech" / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    brought = resampled(samples.mean(axis=1), rate, RATE)
    return np.concatenate([quiet(1.0), brought, quiet(1.0)])


def test_it_is_woken_and_sends_what_follows() -> None:
    device = Device()
    device.run(voice("turn on the reading lamp"))
    assert not any(topic.startswith("hermes/") for topic in device.sent)
    device.run(voice("hey jarvis, turn on the reading lamp"))
    assert device.woken == 1
    assert sum(topic == "hermes/audioServer/box/audioFrame" for topic in device.sent) > 20


def test_it_does_not_interrupt_itself() -> None:
    device = Device()
    device.play(voice("hey jarvis, the reading lamp is on"))
    device.run(quiet(6.0))
    assert (device.woken, device.hushed) == (0, 0)


def test_it_is_interrupted_while_it_speaks() -> None:
    device = Device()
    device.play(0.1 * np.tile(voice("the reading lamp is on"), 3))
    device.run(quiet(1.5))
    assert device.node.emitter.playing
    device.run(voice("hey jarvis"))
    assert (device.woken, device.hushed) == (1, 1)
    assert not device.node.emitter.playing


def test_a_real_recording_of_its_word_wakes_it_but_not_from_its_own_mouth() -> None:
    said = recording("misc/oww_hey_mycroft_test.wav")
    device = Device("hey_mycroft")
    device.run(said)
    assert device.woken == 1
    device = Device("hey_mycroft")
    device.play(said)
    device.run(quiet(6.0))
    assert (device.woken, device.hushed) == (0, 0)


def test_real_talk_does_not_wake_it() -> None:
    device = Device()
    device.run(recording("misc/openai_whisper_jfk.flac"))
    assert device.woken == 0


def test_in_standby_it_hears_nobody() -> None:
    device = Device()
    device.node.stand_by(on=True)
    device.run(voice("hey jarvis, turn on the reading lamp"))
    assert device.sent == []


def test_it_is_asked_to_listen_once_it_has_spoken() -> None:
    device = Device()
    obedience = Obedience(device.node)

    def ask(name: str, number: int, **fields: Json) -> list[Effect]:
        body = {"id": f"{name}{number}"} | fields
        return obedience.obey(name, json.dumps(body).encode(), BEGAN)

    (fetch,) = ask("play", 1, url="http://home.lan/question.wav")
    assert isinstance(fetch, Fetch)
    assert (fetch.source, fetch.remote) == ("http://home.lan/question.wav", True)
    assert b'"ok":true' in answered(ask("listen", 2))
    # What is being fetched will be played first.
    device.run(quiet(1.0))
    assert not any(topic.startswith("hermes/") for topic in device.sent)
    obedience.fetched(fetch, Sound(0.1 * voice("which lamp?"), RATE))
    device.run(quiet(1.0))
    assert not any(topic.startswith("hermes/") for topic in device.sent)
    device.run(quiet(3.5))
    assert device.sent.count("hermes/asr/startListening") == 1
    device.node.stand_by(on=True)
    assert b"standby" in answered(ask("listen", 3))


def test_a_node_without_an_ear_says_so() -> None:
    device = Device()
    device.node.satellite = None
    asked = Obedience(device.node).obey("listen", b'{"id":"1"}', BEGAN)
    assert b"wake_word under [voice]" in answered(asked)


def answered(effects: list[Effect]) -> bytes:
    """The answer among some effects."""
    (letter,) = (each for each in effects if isinstance(each, Letter) and "/ack/" in each.topic)
    return letter.payload


@pytest.mark.parametrize(
    "content", [None, "{", "[]", '{"model": "x.tflite", "wake_word": "x"}'], ids=str
)
def test_a_wake_word_that_is_none_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "word.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(WakeWordError, match="okay_nabu"):
        SmallNetwork(str(path))


def test_somebody_may_bring_a_network_of_their_own(tmp_path: Path) -> None:
    import pymicro_wakeword

    models = Path(pymicro_wakeword.__file__).parent / "models"
    for name in ("hey_jarvis.json", "hey_jarvis.tflite"):
        (tmp_path / name).write_bytes((models / name).read_bytes())
    assert SmallNetwork(str(tmp_path / "hey_jarvis.json")).name == "hey_jarvis"
