"""When utterances were found to be over, and how often too early, beside timers of silence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
import time

import numpy as np
from numpy.typing import NDArray

from ...speech.endpointing import Patience
from ...speech.engines import Engines
from ...speech.hypothesis import Pass
from ...speech.language.grammar import Grammar
from ...speech.language.household import Household, household_from_json
from ...speech.recognisers.recogniser import RATE, SAMPLE_BYTES, SECOND_BYTES, Biasing
from ...speech.recognisers.voice_activity import VoiceActivity
from ...speech.sound import read_wav
from ..report import Entry, Table
from ..statistics import Share
from .coffee import orders, phrases
from .utterances import Kind, home
from .voices import JUDGED, speak

TIMERS = (0.4, 0.7)
"""Seconds of silence that the timers which are compared wait for: an eager one, and the default
of Home Assistant's own pipeline."""

PAUSES = (0.6, 1.5)
"""Seconds that inserted pauses last, drawn evenly."""

_FRAME = int(0.02 * SECOND_BYTES)
_TAIL = 3.0
"""Seconds of a room's quiet after every utterance, so that whoever waits can wait."""

_QUIET = 0.1
"""Seconds of the quietest sound of a recording that its pauses are made of."""

_PAUSED = 300
"""Orders that get a synthetic pause: some recordings are taken twice."""

_EARLY = 0.05
"""Seconds before the end of speech at which a decision does not yet count as cutting it off: the
end of a last consonant is no sharper than that."""


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """An utterance: sound as recognisers take it, and the second at which its speech ends."""

    sound: bytes
    end: float


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """A recording and the seconds at which each of its words starts and ends."""

    sound: bytes
    words: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What was decided about one utterance; all times in seconds after the end of its speech.

    `supposed` is the tentative decision that the final one confirmed, None where there was none;
    `withdrawn` counts those that were taken back, `supposals` all. `compute` are the seconds of a
    core that the final decision took, `timers` when each of `TIMERS` fired.
    """

    supposed: float | None
    final: float
    supposals: int
    withdrawn: int
    compute: float
    timers: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What was decided about a set of utterances, as they are and with a pause in each."""

    name: str
    fluent: Sequence[Trial]
    paused: Sequence[Trial]


def decided(
    engines: Engines, data: Path, cache: Path, told: Callable[[str], None], every: int = 1
) -> list[Heard]:
    """Real orders of coffee, and the commands that synthetic voices say in the judged home.

    Of all recordings one in `every` is heard. Raises OSError where one is missing.
    """
    folder = data / "coffee_commands"
    chosen = [read_wav(order.path) for order in islice(orders(folder), None, None, every)]
    ordering = household_from_json({"phrases": [*phrases(folder)]})
    found = [_heard("recorded orders", chosen, engines, ordering, _PAUSED // every, told)]
    judged = home("judged")
    commands = [each.text for each in judged.utterances if each.kind is Kind.COMMAND][::every]
    for voice in JUDGED:
        if voice.available:
            clips = list(speak(voice, commands, cache).values())
            name = f"synthetic commands, {voice}"
            found.append(_heard(name, clips, engines, judged.household, len(clips), told))
    return found


def _heard(
    name: str,
    recordings: Sequence[bytes],
    engines: Engines,
    household: Household,
    pauses: int,
    told: Callable[[str], None],
) -> Heard:
    grammar = engines.compile(household)
    known = align(recordings, engines, grammar)
    told(f"{name} were aligned")
    return Heard(
        name,
        trials(fluent(known), engines, household, grammar, told),
        trials(with_pauses(known, pauses), engines, household, grammar, told),
    )


def align(recordings: Sequence[bytes], engines: Engines, grammar: Grammar) -> list[Aligned]:
    """Recordings with the times of their words, as the recogniser that heard all of each has them.

    Those in which it finds no word are left out.
    """
    recogniser = engines.first_pass(Pass.GRAMMAR)
    found = []
    for sound in recordings:
        recogniser.begin(Biasing(grammar.phrases, grammar.terms))
        recogniser.feed(sound)
        words = recogniser.finish()[0].words
        times = [(w.start, w.end) for w in words if w.start is not None and w.end is not None]
        if times:
            found.append(Aligned(sound, tuple(times)))
    return found


def fluent(recordings: Sequence[Aligned]) -> list[Spoken]:
    """The recordings as they are, with quiet after them."""
    return [
        Spoken(each.sound + _quiet_of(each.sound, _TAIL, 0), each.words[-1][1])
        for each in recordings
    ]


def with_pauses(recordings: Sequence[Aligned], count: int, seed: int = 0) -> list[Spoken]:
    """`count` utterances with one synthetic pause each, between two of their words.

    Recordings are taken in turn, boundaries and lengths are drawn. What is between two words of a
    fluent speaker has none of what real hesitation sounds like.
    """
    rng = np.random.default_rng(seed)
    usable = [each for each in recordings if len(each.words) > 1]
    return [
        _parted(usable[index % len(usable)], rng, seed + index)
        for index in range(count if usable else 0)
    ]


def _parted(recording: Aligned, rng: np.random.Generator, seed: int) -> Spoken:
    sound, words = recording.sound, recording.words
    at = int(rng.integers(1, len(words)))
    cut = round((words[at - 1][1] + words[at][0]) / 2 * RATE) * SAMPLE_BYTES
    pause = _quiet_of(sound, float(rng.uniform(*PAUSES)), seed)
    whole = sound[:cut] + pause + sound[cut:] + _quiet_of(sound, _TAIL, seed + 1)
    return Spoken(whole, words[-1][1] + len(pause) / SECOND_BYTES)


def _quiet_of(sound: bytes, seconds: float, seed: int) -> bytes:
    """Noise as loud as the quietest tenth of a second of a recording, with its spectrum."""
    samples = np.frombuffer(sound, "<i2").astype(np.float64)
    size = int(_QUIET * RATE)
    pieces = samples[: samples.size // size * size].reshape(-1, size)
    count = round(seconds * RATE)
    if not len(pieces):
        return bytes(2 * count)
    loudness = pieces.std(axis=1)
    # Where a file begins with digital silence, the quietest piece is none of the room.
    heard = loudness > 0.0
    piece = pieces[heard][loudness[heard].argmin()] if heard.any() else pieces[0]
    spectrum = np.abs(np.fft.rfft(piece, count)) * np.sqrt(count / size)
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, spectrum.size)
    noise: NDArray[np.float64] = np.fft.irfft(spectrum * np.exp(1j * phases), count)
    return np.clip(np.rint(noise), -32768, 32767).astype("<i2").tobytes()


def trial(
    spoken: Spoken,
    engines: Engines,
    household: Household,
    grammar: Grammar,
    patience: Patience | None = None,
) -> Trial:
    """Hear one utterance frame by frame, until it is found to be over."""
    listener = engines.listener(household, grammar, patience)
    supposed: float | None = None
    supposals = withdrawn = 0
    compute = 0.0
    final = None
    for start in range(0, len(spoken.sound), _FRAME):
        began = time.thread_time()
        heard = listener.feed(spoken.sound[start : start + _FRAME])
        compute = time.thread_time() - began
        if heard is None:
            continue
        if heard.final:
            final = heard
            break
        supposals += not heard.withdrawn
        withdrawn += heard.withdrawn
        supposed = None if heard.withdrawn else heard.at
    if final is None:
        final = listener.finish()
    listener.close()
    return Trial(
        supposed=None if supposed is None else supposed - spoken.end,
        final=final.at - spoken.end,
        supposals=supposals,
        withdrawn=withdrawn,
        compute=compute,
        timers=tuple(fired - spoken.end for fired in _timers(spoken.sound)),
    )


def _timers(sound: bytes) -> Iterator[float]:
    """When timers of silence end an utterance, from the same detector of voice."""
    activities = VoiceActivity().feed(sound)
    for wanted in TIMERS:
        voiced = None
        fired = len(sound) / SECOND_BYTES
        for activity in activities:
            if activity.voice:
                voiced = activity.at
            elif voiced is not None and activity.at - voiced >= wanted:
                fired = activity.at
                break
        yield fired


def trials(
    spoken: Sequence[Spoken],
    engines: Engines,
    household: Household,
    grammar: Grammar,
    tell: Callable[[str], None],
) -> list[Trial]:
    """All of them, one after another."""
    found = []
    for each in spoken:
        found.append(trial(each, engines, household, grammar))
        tell(f"end-pointing: {len(found)} of {len(spoken)}")
    return found


def ends_table(sets: Sequence[Heard]) -> Table:
    """A row for each set and each way of telling ends; delays are milliseconds."""
    rows: list[tuple[Entry, ...]] = []
    named = [(each.name, each.fluent) for each in sets]
    named += [(f"{each.name}, with a synthetic pause", each.paused) for each in sets]
    for name, found in named:
        finals = [each.final for each in found]
        supposals = [each.supposed for each in found if each.supposed is not None]
        # What was supposed and not confirmed before the end says nothing of how early it is.
        earlier = [
            each.final - each.supposed
            for each in found
            if each.supposed is not None and each.final >= -_EARLY
        ]
        back = Share(sum(each.withdrawn for each in found), sum(each.supposals for each in found))
        rows.append((name, "Halcyon, final", *_delays(finals), _cut(finals), None, None))
        rows.append((name, "Halcyon, supposed", *_delays(supposals), None, _ms(earlier, 50), back))
        for index, seconds in enumerate(TIMERS):
            fired = [each.timers[index] for each in found]
            rows.append((name, f"{seconds} s of silence", *_delays(fired), _cut(fired), None, None))
    return Table(
        "endpointing",
        "End of speech to decision, of utterances that were not cut off",
        (
            *("utterances", "decided by", "n", "median, ms", "90th percentile, ms"),
            *("cut off", "before the final one, median, ms", "taken back"),
        ),
        tuple(rows),
    )


def _cut(delays: Sequence[float]) -> Share:
    return Share(sum(delay < -_EARLY for delay in delays), len(delays))


def _delays(delays: Sequence[float]) -> tuple[Entry, ...]:
    whole = [delay for delay in delays if delay >= -_EARLY]
    return float(len(delays)), _ms(whole, 50), _ms(whole, 90)


def _ms(seconds: Sequence[float], percentile: float) -> float | None:
    return float(np.percentile(seconds, percentile)) * 1000 if seconds else None
