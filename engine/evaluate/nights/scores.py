"""What of a night was told rightly. All times are seconds from its beginning."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...core.output import SessionEvent
from ...simulate.body import Flags
from ...simulate.nights import Doing, Night, Spent
from .playing import Heard, by_second

FOUND_WITHIN_S = 60.0
_SHORTEST_S = 300.0
"""Stays in bed that are shorter need not be found."""
_SESSION_MARGIN_S = 1800.0
"""A session that begins further from any time in bed is not theirs."""


@dataclass(frozen=True, slots=True)
class Following:
    """Seconds of a night: with the owner in bed, and of these with the sleeper told to be there.

    `alone` and `taken` are the same of the times when another was in bed without the owner: what
    was told then was another's. What is told within a minute of a change counts for neither.
    """

    own: int
    held: int
    alone: int
    taken: int


@dataclass(frozen=True, slots=True)
class Score:
    """One night with an owner.

    `found` is how long it took to be told in bed for each stay, None where it never was, and
    `noticed` until the room was told to be occupied; `onset`,
    `tried` and `woke` are what the night's report or events said minus what was so, in seconds,
    None where nothing was said. `sessions` began, of which `false` ones without the owner.
    `before` and `after` are mean intents while reading or watching, and while trying to sleep.
    """

    found: tuple[float | None, ...]
    noticed: tuple[float | None, ...]
    following: Following
    onset: float | None
    tried: float | None
    woke: float | None
    sessions: int
    false: int
    trips: int
    before: float | None
    after: float | None
    told_apart: float | None


def score(night: Night, heard: Heard) -> Score:
    """Compare what was heard of a night with what was so. The night has an owner."""
    spent = night.owner
    if spent is None:
        raise ValueError("a night without its owner cannot be scored")
    asleep = heard.of(SessionEvent.FELL_ASLEEP)
    woke = heard.of(SessionEvent.WOKE_UP)
    starts = heard.of(SessionEvent.STARTED)
    before, after, apart = _intents(spent, heard)
    return Score(
        found=tuple(_found(spent, heard.lies())),
        noticed=tuple(_found(spent, heard.somebody())),
        following=following(night, heard),
        onset=None if spent.asleep is None or not asleep else asleep[0] - spent.asleep,
        tried=_of_report(heard, "tried", spent.tried),
        woke=None if spent.woke is None or not woke else woke[-1] - spent.woke,
        sessions=len(starts),
        false=sum(not _near(each, spent) for each in starts),
        trips=len(spent.trips),
        before=before,
        after=after,
        told_apart=apart,
    )


def following(night: Night, heard: Heard) -> Following:
    """How much of the night the owner was followed, and how much somebody else."""
    whole = np.arange(night.seconds) + 0.5
    own = _in_bed(night.owner, whole)
    other = _in_bed(night.partner, whole)
    lies, settled = heard.lies(), _settled(own, int(FOUND_WITHIN_S))
    with_owner, without = own & settled, other & ~own & settled
    return Following(
        int(with_owner.sum()),
        int((with_owner & lies).sum()),
        int(without.sum()),
        int((without & lies).sum()),
    )


def _in_bed(spent: Spent | None, t: np.ndarray) -> Flags:
    return np.zeros(len(t), bool) if spent is None else spent.course.in_bed(t)


def _settled(own: Flags, seconds: int) -> Flags:
    """Where nothing changed within so many seconds before."""
    index = np.arange(len(own))
    changed = np.concatenate(([False], own[1:] != own[:-1]))
    last = np.maximum.accumulate(np.where(changed, index, -seconds))
    return np.asarray(index - last >= seconds)


def _found(spent: Spent, lies: Flags) -> list[float | None]:
    """For each stay in bed, how long until it was told."""
    comings = [spent.bed, *(end for _, end in spent.trips)]
    goings = [*(start for start, _ in spent.trips), spent.up]
    delays: list[float | None] = []
    for come, go in zip(comings, goings, strict=True):
        if go - come < _SHORTEST_S:
            continue
        there = np.flatnonzero(lies[int(come) : int(go)])
        delays.append(float(there[0]) if there.size else None)
    return delays


def _near(start: float, spent: Spent) -> bool:
    return spent.bed - _SESSION_MARGIN_S <= start <= spent.up


def _of_report(heard: Heard, key: str, truth: float) -> float | None:
    for report in heard.reports:
        said = report.get(key) if isinstance(report, Mapping) else None
        if isinstance(said, int | float):
            return said - heard.start - truth
    return None


def _intents(spent: Spent, heard: Heard) -> tuple[float | None, float | None, float | None]:
    """Mean intent before trying to sleep and between that and sleep, and how well it orders them.

    The last is the chance that an epoch of trying has a higher score than one before (ties half).
    """
    end = spent.up if spent.asleep is None else spent.asleep
    scores = by_second(int(spent.up) + 1, heard.intents)
    doing = spent.course.at(np.arange(len(scores), dtype=np.float64) + 0.5)
    busy = (doing == Doing.READING) | (doing == Doing.WATCHING)
    trying = (doing == Doing.LYING) & (np.arange(len(scores)) < end)
    first, second = scores[busy][::30], scores[trying][::30]
    first, second = first[np.isfinite(first)], second[np.isfinite(second)]
    if not first.size or not second.size:
        return _mean(first), _mean(second), None
    wins = (second[:, None] > first).mean() + (second[:, None] == first).mean() / 2
    return _mean(first), _mean(second), float(wins)


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if values.size else None
