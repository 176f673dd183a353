"""Where a voice is, by the real detector."""

from collections.abc import Callable

import numpy as np

from halcyon.speech.recognisers.recogniser import RATE, SECOND_BYTES
from halcyon.speech.recognisers.voice_activity import VoiceActivity

type Say = Callable[[str], bytes]


def test_speech_is_found_between_silences(say: Say) -> None:
    sound = say("turn on the kitchen light")
    found = VoiceActivity().feed(sound)
    voiced = [activity.at for activity in found if activity.voice]
    length = len(sound) / SECOND_BYTES
    assert 0.4 < voiced[0] < 1.0
    assert length - 1.8 < voiced[-1] < length - 0.9
    assert [activity.at for activity in found] == [
        512 * (index + 1) / RATE for index in range(len(found))
    ]


def test_chunks_of_any_length_are_the_same(say: Say) -> None:
    sound = say("turn on the kitchen light")
    detector = VoiceActivity()
    pieces = [
        activity
        for start in range(0, len(sound), 641)
        for activity in detector.feed(sound[start : start + 641])
    ]
    assert pieces == VoiceActivity().feed(sound)


def test_silence_noise_and_clipping_are_no_voice() -> None:
    rng = np.random.default_rng(3)
    hiss = (rng.normal(0, 300, 2 * RATE)).astype("<i2").tobytes()
    square = np.where(np.arange(RATE) % 320 < 160, 32767, -32768).astype("<i2").tobytes()
    for sound in (bytes(2 * SECOND_BYTES), hiss, square):
        voiced = [activity.voice for activity in VoiceActivity().feed(sound)]
        assert sum(voiced) <= 0.1 * len(voiced)
