"""Recordings and synthetic voices, heard by every engine in the same run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ...speech.engines import Engines
from ...speech.hypothesis import Pass
from ...speech.language.household import Household, household_from_json
from ...speech.sound import read_wav
from .coffee import Order, orders, phrases
from .hearing import Heard, Judged, Listening
from .kept import Kept, Reading
from .noise import mixed
from .peers import Hears, peers
from .utterances import Kind, Utterance, home
from .voices import JUDGED, Voice, speak

NOISE_DB = 12.0
"""Decibels by which speech is louder than the noise that it is heard in."""

OURS = "Halcyon"
_ALONE = {
    Pass.FREE: "vosk, free",
    Pass.GRAMMAR: "vosk with grammar alone",
    Pass.ATTENTION: "moonshine tiny, our beam, names favoured",
}
_GREEDY = "moonshine tiny alone"

_A_COMMAND = "oww_hey_jane.wav"
"""The one of the other recordings that is one: "hey Jane, turn the lights off"."""

type Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One recording: what was said, what all passes heard, and what the engine answered.

    `wanted` is an order of coffee or an utterance in the home, None for other speech; `source` is
    the voice, or "recorded". `texts` are the transcripts of all engines, `spent` core seconds; of
    what is no command only our engine's.
    """

    wanted: Order | Utterance | None
    source: str
    heard: Heard
    judged: Judged
    texts: Mapping[str, str]
    spent: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trials:
    """Recordings heard with one household; `absent` are engines that are not installed here."""

    trials: tuple[Trial, ...]
    absent: tuple[str, ...]


def coffee(
    engines: Engines, folder: Path, kept: Kept, noise_db: float | None, every: int = 1
) -> Trials:
    """People ordering coffee, with the example sentences as all that may be said."""
    bench = _Bench(engines, household_from_json({"phrases": [*phrases(folder)]}), kept)
    found = []
    for seed, order in enumerate(islice(orders(folder), None, None, every)):
        sound = read_wav(order.path)
        if noise_db is not None:
            sound = mixed(sound, noise_db, seed)
        found.append(bench.trial(sound, order, "recorded"))
    return Trials(tuple(found), bench.absent)


def at_home(
    engines: Engines,
    data: Path,
    cache: Path,
    kept: Kept,
    told: Told,
    every: int = 1,
    voices: Sequence[Voice] = JUDGED,
) -> Trials:
    """Synthetic voices in the judged home, and people who say nothing to it."""
    spoken = home("judged")
    bench = _Bench(engines, spoken.household, kept)
    found = []
    for voice in voices:
        if not voice.available:
            told(f"without {voice}, which is not installed")
            continue
        said = spoken.utterances[::every]
        clips = speak(voice, [each.text for each in said], cache)
        found += [bench.trial(clips[each.text], each, str(voice)) for each in said]
        told(f"{voice} was heard")
    found += [bench.trial(read_wav(path), None, "recorded") for path in _foreign(data)[::every]]
    return Trials(tuple(found), bench.absent)


def _foreign(data: Path) -> list[Path]:
    """Recordings of people who say nothing to this home."""
    coffees = [order.path for order in orders(data / "coffee_commands")]
    others = [path for path in (data / "misc").glob("*.wav") if path.name != _A_COMMAND]
    return [*coffees, *sorted(others)]


class _Bench:
    """All engines, with one household."""

    def __init__(self, engines: Engines, household: Household, kept: Kept) -> None:
        self._listening = Listening(engines, household, kept)
        known = peers(self._listening.grammar.phrases, kept)
        self._peers: dict[str, Hears] = {name: each for name, each in known.items() if each}
        self.absent = tuple(name for name, each in known.items() if each is None)

    def trial(self, sound: bytes, wanted: Order | Utterance | None, source: str) -> Trial:
        """Let our engine hear a recording, and every other one if it is a command."""
        heard = self._listening.hear(sound)
        judged = self._listening.judge(heard)
        texts = {OURS: judged.verdict.text}
        spent = {OURS: judged.spent}
        for each, name in _ALONE.items():
            if each in heard.readings:
                texts[name] = self._listening.grammar.written(heard.readings[each][0].text)
                spent[name] = heard.spent[each]
        if isinstance(wanted, Order) or (wanted is not None and wanted.kind is Kind.COMMAND):
            for name, reading in self._others(sound):
                texts[name], spent[name] = reading.hypotheses[0].text, reading.spent
        return Trial(wanted, source, heard, judged, texts, spent)

    def _others(self, sound: bytes) -> Iterator[tuple[str, Reading]]:
        greedy = self._listening.greedy(sound)
        if greedy is not None:
            yield _GREEDY, greedy
        for name, peer in self._peers.items():
            yield name, peer(sound)
