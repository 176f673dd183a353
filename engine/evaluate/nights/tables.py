"""The tables of simulated nights."""

from collections.abc import Callable, Iterable, Iterator, Sequence
import math

import numpy as np

from ..report import Entry, Estimate, Table
from ..statistics import Share, clustered_interval
from .scores import FOUND_WITHIN_S, Following, Score
from .trials import CHANGES, Empty, Trial

type Minutes = list[float]


def empty_table(empties: Sequence[Empty]) -> Table:
    """Nights of nobody, by what moved and by whether the home knew its sleeper."""
    groups: list[tuple[str, Callable[[Empty], bool]]] = [
        ("all", lambda night: True),
        ("nothing moves", lambda night: not (night.fan or night.curtain or night.pet)),
        ("fan", lambda night: night.fan),
        ("curtain", lambda night: night.curtain),
        ("pet", lambda night: night.pet),
        ("pet, sleeper known", lambda night: night.pet and night.known),
        ("pet, sleeper not known yet", lambda night: night.pet and not night.known),
    ]
    rows: list[tuple[Entry, ...]] = []
    for name, belongs in groups:
        own = [night for night in empties if belongs(night)]
        if own:
            wrong = Share(sum(night.sessions > 0 for night in own), len(own))
            sessions = float(sum(night.sessions for night in own))
            minutes = float(np.mean([night.minutes_in_bed for night in own]))
            rows.append((name, float(len(own)), sessions, wrong, minutes))
    columns = ("nights with", "n", "sessions", "nights with any", "minutes told in bed, mean")
    return Table("empty", "Simulated: nights of nobody", columns, tuple(rows))


def following_table(trials: Sequence[Trial]) -> Table:
    """Nights of two people, by how far apart they lie."""
    rows: list[tuple[Entry, ...]] = []
    for night in (1, 2):
        own = [trial for trial in trials if trial.night == night]
        for apart in (*sorted({trial.apart or 0.0 for trial in own}), None):
            group = [trial for trial in own if apart in (None, trial.apart)]
            if group:
                name = "all" if apart is None else f"{apart:g} m"
                rows.append((float(night), name, float(len(group)), *_followed(group)))
    columns = (
        "night of the home",
        "apart",
        "nights",
        "owner held, of their time in bed",
        "worst night",
        "told in bed while only the partner was",
    )
    return Table("following", "Simulated: two people in bed", columns, tuple(rows))


def _followed(trials: Iterable[Trial]) -> tuple[Entry, ...]:
    all_of = [trial.score.following for trial in trials]
    worst = min((_part(each.held, each.own) for each in all_of), default=math.nan)
    alone = sum(each.alone for each in all_of)
    taken = _part(sum(each.taken for each in all_of), alone)
    return held(all_of), f"{100 * worst:.1f} %", f"{100 * taken:.1f} %" if alone else None


def held(all_of: Sequence[Following]) -> str:
    """The owner's time in bed that was told to be theirs, with an interval over nights."""
    own = np.array([each.own for each in all_of])
    kept = np.array([each.held for each in all_of])
    low, high = clustered_interval(
        [[n] for n in range(len(all_of))],
        lambda which: _part(float(kept[which].sum()), float(own[which].sum())),
    )
    share = _part(kept.sum(), own.sum())
    return f"{100 * share:.1f} % ({100 * low:.1f}-{100 * high:.1f})"


def found_table(trials: Sequence[Trial]) -> Table:
    """How soon somebody who lies down is found."""
    rows: list[tuple[Entry, ...]] = []
    for what, delays in (
        ("room occupied", [each for trial in trials for each in trial.score.noticed]),
        ("in bed", [each for trial in trials for each in trial.score.found]),
        ("in bed, not reading", [e for t in trials if _calm(t) for e in t.score.found]),
    ):
        known = sorted(each for each in delays if each is not None)
        within = Share(sum(each <= FOUND_WITHIN_S for each in known), len(delays))
        middle = float(np.median(known)) if known else None
        last = float(np.percentile(known, 95)) if known else None
        rows.append((what, float(len(delays)), within, middle, last))
    columns = ("what", "stays", "within 60 s", "median, s", "95 %, s")
    return Table("found", "Simulated: how soon a person is found", columns, tuple(rows))


def _calm(trial: Trial) -> bool:
    return trial.activity is None or trial.activity.name == "LYING"


def sessions_table(trials: Sequence[Trial]) -> Table:
    """Sessions told and nights that were, by trips to the bathroom."""
    rows: list[tuple[Entry, ...]] = []
    for name, tripped in (("no trip", False), ("trips", True)):
        own = [trial.score for trial in trials if (trial.score.trips > 0) is tripped]
        if own:
            rows.append(
                (
                    name,
                    float(len(own)),
                    Share(sum(each.sessions - each.false == 1 for each in own), len(own)),
                    Share(sum(each.sessions - each.false == 0 for each in own), len(own)),
                    Share(sum(each.sessions - each.false > 1 for each in own), len(own)),
                    Share(sum(each.false > 0 for each in own), len(own)),
                )
            )
    columns = ("nights with", "n", "one session", "missed", "split", "false sessions besides")
    return Table("sessions", "Simulated: sessions", columns, tuple(rows))


def times_table(trials: Sequence[Trial]) -> Table:
    """Errors of when somebody tried to sleep, slept and woke, minutes."""
    rows: list[tuple[Entry, ...]] = []
    for activity in (None, *sorted({trial.activity for trial in trials if trial.activity})):
        own = [trial for trial in trials if activity in (None, trial.activity)]
        name = "all" if activity is None else _ACTIVITIES[activity.name]
        for what, pick in _TIMES:
            rows.append((name, what, float(len(own)), *_errors([pick(t.score) for t in own])))
    columns = ("before", "what", "nights", "told", "median error, min", "bias, min", "90 %, min")
    return Table("times", "Simulated nights by recorded hypnograms", columns, tuple(rows))


_ACTIVITIES = {"LYING": "lights off at once", "READING": "reading", "WATCHING": "television"}
_TIMES: tuple[tuple[str, Callable[[Score], float | None]], ...] = (
    ("tried to sleep", lambda score: score.tried),
    ("fell asleep", lambda score: score.onset),
    ("woke for good", lambda score: score.woke),
)


def minutes_off(errors: Iterable[float | None]) -> Minutes:
    """The errors that there are, in minutes."""
    return [each / 60.0 for each in errors if each is not None]


def _errors(errors: Sequence[float | None]) -> tuple[Entry, ...]:
    known = np.array(minutes_off(errors))
    told = Share(len(known), len(errors))
    if not known.size:
        return told, None, None, None
    off = np.abs(known)
    low, high = clustered_interval(
        [[n] for n in range(len(off))], lambda which: float(np.median(off[which]))
    )
    middle = Estimate(float(np.median(off)), low, high)
    return told, middle, float(np.median(known)), float(np.percentile(off, 90))


def intent_table(trials: Sequence[Trial]) -> Table:
    """How well reading and television are told from trying to sleep."""
    rows: list[tuple[Entry, ...]] = []
    for name, word in _ACTIVITIES.items():
        own = [t.score for t in trials if t.activity is not None and t.activity.name == name]
        apart = [each.told_apart for each in own if each.told_apart is not None]
        if apart:
            before = [each.before for each in own if each.before is not None]
            after = [each.after for each in own if each.after is not None]
            rows.append(
                (
                    word,
                    float(len(apart)),
                    *(float(np.mean(each)) for each in (before, after, apart)),
                )
            )
    columns = ("before", "nights", "intent before", "intent while trying", "in order (AUC), mean")
    return Table(
        "intent", "Simulated: intent before and while trying to sleep", columns, tuple(rows)
    )


def sensitivity_table(trials: Sequence[Trial]) -> Table:
    """The same few nights with one thing changed at a time."""
    rows: list[tuple[Entry, ...]] = []
    for what in CHANGES:
        own = [trial.score for trial in trials if trial.what == what]
        if not own:
            continue
        delays = [each for score in own for each in score.found if each is not None]
        onset, tried = (minutes_off(each) for each in _columns(own))
        all_of = [score.following for score in own]
        kept = _part(sum(each.held for each in all_of), sum(each.own for each in all_of))
        rows.append(
            (
                what,
                float(len(own)),
                float(np.median(delays)) if delays else None,
                f"{100 * kept:.1f} %",
                _middle(onset),
                _middle(tried),
                float(sum(score.sessions - score.false != 1 for score in own)),
            )
        )
    columns = (
        "changed",
        "nights",
        "in bed after, median s",
        "owner held",
        "onset error, median min",
        "tried error, median min",
        "nights without exactly one session",
    )
    return Table("sensitivity", "Simulated: one thing changed at a time", columns, tuple(rows))


def _columns(scores: Sequence[Score]) -> Iterator[list[float | None]]:
    yield [score.onset for score in scores]
    yield [score.tried for score in scores]


def _middle(values: Minutes) -> float | None:
    return float(np.median(np.abs(values))) if values else None


def _part(some: float, whole: float) -> float:
    return some / whole if whole else math.nan
