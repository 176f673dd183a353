"""Telling whispers from voices."""

from collections.abc import Callable

import numpy as np
import pytest

from halcyon.evaluate.speech.whispers import whispered
from halcyon.speech.phonation import phonation
from halcyon.speech.recognisers.recogniser import RATE

type Say = Callable[[str], bytes]


def test_a_voice_is_told_from_its_whisper(say: Say) -> None:
    voice = say("turn off the lights in the bedroom")
    spoken, whisper = phonation(voice), phonation(whispered(voice, 1))
    assert spoken is not None
    assert whisper is not None
    assert not spoken.is_whisper
    assert whisper.is_whisper
    assert spoken.voiced > whisper.voiced + 0.3
    assert spoken.tilt > whisper.tilt


def test_how_loud_it_is_does_not_matter(say: Say) -> None:
    voice = np.frombuffer(say("good night"), "<i2")
    softer = phonation((voice // 16).astype("<i2").tobytes())
    assert softer is not None
    assert not softer.is_whisper


@pytest.mark.parametrize("sound", [b"", bytes(100), bytes(2 * RATE)], ids=["none", "bit", "quiet"])
def test_nothing_is_concluded_from_nothing(sound: bytes) -> None:
    assert phonation(sound) is None


def test_a_whisper_is_as_long_as_its_voice_and_softer(say: Say) -> None:
    voice = say("good night")
    whisper = whispered(voice, 2)
    assert len(whisper) == len(voice)
    loudness = [np.frombuffer(each, "<i2").astype(float).std() for each in (voice, whisper)]
    assert loudness[1] < loudness[0] / 3
    assert whispered(voice, 2) == whisper != whispered(voice, 3)
