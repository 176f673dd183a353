"""What is reported of spoken commands."""

from collections.abc import Callable, Sequence

import numpy as np

from ...speech.hypothesis import Pass
from ...speech.language.spoken_forms import said
from ...speech.verdict.rejection import ACCEPTED
from ..report import Entry, Table
from ..statistics import Floats, Share
from .coffee import Order, ordered
from .commands import NOISE_DB, OURS, Trial, Trials
from .scoring import ACCEPTANCE, same, separation
from .utterances import Kind, Utterance

_FOREIGN = "recorded speech of another domain"


def coffee_table(clean: Trials, noisy: Trials) -> Table:
    """Orders of coffee of which intent and all slots are exactly right."""
    rows = [
        (
            engine,
            _right(clean.trials, engine),
            _right(noisy.trials, engine),
            _factor(clean.trials, engine),
        )
        for engine in _engines(clean)
    ]
    rows.insert(
        1,
        (
            "of these accepted as for the home",
            _share(clean.trials, lambda trial: trial.judged.verdict.accepted),
            _share(noisy.trials, lambda trial: trial.judged.verdict.accepted),
            None,
        ),
    )
    return Table(
        "coffee_commands",
        "Recorded orders of coffee: intent and all slots exactly right",
        ("engine", "clean", f"kitchen noise, {NOISE_DB:g} dB", "real-time factor"),
        (*rows, *_not_there(clean, 3)),
    )


def home_table(home: Trials) -> Table:
    """Commands of the judged home, by voice."""
    voices = _voices(home)
    rows = [
        (
            engine,
            *(_right(_commands(home, voice), engine) for voice in voices),
            _factor([trial for trial in home.trials if trial.source in voices], engine),
        )
        for engine in _engines(home)
    ]
    oracle = [_share(_commands(home, voice), _is_among_readings) for voice in voices]
    accepted = [
        _share(_commands(home, voice), lambda trial: trial.judged.verdict.accepted)
        for voice in voices
    ]
    return Table(
        "home_commands",
        "Synthetic voices in a home of 60 things: every word right",
        ("engine", *voices, "real-time factor"),
        (
            rows[0],
            ("of these accepted as for the home", *accepted, None),
            ("best of our five candidates", *oracle, None),
            *rows[1:],
            *_not_there(home, len(voices) + 1),
        ),
    )


def rejection_table(home: Trials) -> Table:
    """What is no command, and how much of it passes for one."""
    good, bad = confidences_by_kind(home)
    rows: list[tuple[Entry, ...]] = []
    for kind, confidences in {**bad, "all": np.concatenate([*bad.values()])}.items():
        found = separation(good, confidences, ACCEPTED)
        rows.append((kind, float(confidences.size), found.area, found.passing, found.accepted))
    return Table(
        "rejection",
        "What is no command for the home",
        (
            "said",
            "recordings",
            "area under the curve",
            f"pass where {ACCEPTANCE:.0%} of commands do",
            "accepted",
        ),
        tuple(rows),
    )


def confidences_by_kind(home: Trials) -> tuple[Floats, dict[str, Floats]]:
    """The engine's confidences in commands, and in all else by what it is."""
    by_kind: dict[str, list[float]] = {}
    for trial in home.trials:
        by_kind.setdefault(_kind(trial), []).append(trial.judged.verdict.confidence)
    good = np.array(by_kind.pop(Kind.COMMAND, []), np.float64)
    return good, {kind: np.array(each, np.float64) for kind, each in by_kind.items()}


def path_table(clean: Sequence[Trial], home: Sequence[Trial]) -> Table:
    """Which path utterances take, and what it costs."""
    rows: list[tuple[Entry, ...]] = []
    for name, trials in (
        ("orders of coffee", clean),
        ("commands in the home", [each for each in home if _kind(each) == Kind.COMMAND]),
        ("no commands", [each for each in home if _kind(each) != Kind.COMMAND]),
    ):
        second = [trial for trial in trials if Pass.ATTENTION in trial.judged.passes]
        first = [trial for trial in trials if Pass.ATTENTION not in trial.judged.passes]
        rows.append((name, Share(len(second), len(trials)), _cost(first), _cost(second)))
    return Table(
        "paths",
        "How often the second pass is asked, and core seconds an utterance",
        ("said", "second pass", "without it", "with it"),
        tuple(rows),
    )


def _right(trials: Sequence[Trial], engine: str) -> Share:
    return Share(sum(_is_right(trial, engine) for trial in trials), len(trials))


def _is_right(trial: Trial, engine: str) -> bool:
    text = trial.texts[engine]
    match trial.wanted:
        case Order(slots=slots):
            return ordered(said(text, "en")) == slots
        case Utterance(text=wanted):
            return same(text, wanted)
    return False


def _is_among_readings(trial: Trial) -> bool:
    wanted = trial.wanted
    return isinstance(wanted, Utterance) and any(
        same(candidate.text, wanted.text) for candidate in trial.judged.verdict.nbest
    )


def _engines(found: Trials) -> list[str]:
    return list(found.trials[0].texts) if found.trials else [OURS]


def _not_there(found: Trials, entries: int) -> list[tuple[Entry, ...]]:
    return [(name, "not installed", *[None] * (entries - 1)) for name in found.absent]


def _voices(home: Trials) -> list[str]:
    return list(
        dict.fromkeys(each.source for each in home.trials if isinstance(each.wanted, Utterance))
    )


def _commands(home: Trials, voice: str) -> list[Trial]:
    return [each for each in home.trials if each.source == voice and _kind(each) == Kind.COMMAND]


def _kind(trial: Trial) -> str:
    return str(trial.wanted.kind) if isinstance(trial.wanted, Utterance) else _FOREIGN


def _share(trials: Sequence[Trial], holds: Callable[[Trial], bool]) -> Share:
    return Share(sum(map(holds, trials)), len(trials))


def _factor(trials: Sequence[Trial], engine: str) -> float | None:
    seconds = sum(trial.heard.seconds for trial in trials)
    return sum(trial.spent[engine] for trial in trials) / seconds if seconds else None


def _cost(trials: Sequence[Trial]) -> float | None:
    return float(np.mean([trial.judged.spent for trial in trials])) if trials else None
