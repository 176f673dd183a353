"""Fits where a voice ends and a whisper begins: the constants of `engine/speech/phonation.py`.

    python -m training.speech.whispers --clips CACHE

The two synthetic voices of development, as they are and made into whispers, each in quiet and in a
room of its own. Prints the weights of voicing and of decibels, the border of the regression, and
what share of whispers it misses and of voices it takes for one.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from halcyon.evaluate.speech.utterances import Kind, home
from halcyon.evaluate.speech.voices import DEVELOPMENT, clip_cache, speak
from halcyon.evaluate.speech.whispers import whispered
from halcyon.speech.phonation import phonation

from .regression import chances, regressed
from .rooms import heard_in_a_room

_EVERY = 5


def heard(clips: Path) -> Iterator[tuple[bytes, bool]]:
    """Clips, and whether each is a voice."""
    texts = [each.text for each in home("development").utterances if each.kind is Kind.COMMAND]
    for voice in DEVELOPMENT:
        for seed, sound in enumerate(speak(voice, texts[::_EVERY], clips).values()):
            for clip, is_voice in ((sound, True), (whispered(sound, seed), False)):
                yield clip, is_voice
                yield heard_in_a_room(clip, seed), is_voice


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=clip_cache())
    found = [
        (known.voiced, known.tilt, is_voice)
        for clip, is_voice in heard(parser.parse_args().clips)
        if (known := phonation(clip)) is not None
    ]
    table = np.array(found, np.float64)
    read, voice = table[:, :2], table[:, 2]
    weights = regressed(read, voice)
    chance = chances(weights, read)
    print(f"voiced {weights[0]:.2f}, tilt {weights[1]:.3f}, border {-weights[2]:.2f}")
    print(f"voices taken for whispers: {(chance[voice == 1] < 0.5).mean():.3f}")
    print(f"whispers taken for voices: {(chance[voice == 0] >= 0.5).mean():.3f}")


if __name__ == "__main__":
    main()
