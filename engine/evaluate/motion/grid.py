"""Where in a room motion is found: the grid of NEMA WD 7, in simulated held-out rooms.

Before the trials the detector learns the quiet room for a minute, as a user lets it, and hears
what runs there for twenty seconds. Beside it stands another that learned nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from ...core.snapshot import Json
from .detectors import NAME, RANK_OF, Ours, Said, judge_together
from .ear import Heard
from .grid_heard import GridHeard, heard_of, limit, peak
from .grid_scenes import GridTask
from .scorers import Scores
from .trials import WITHIN_S, Motion
from .work import Result

COLD = f"{NAME}, not calibrated"
RULED = f"{NAME}, by its score"
"""The detector's score under the rule by which the baselines are judged."""

_SETTLED_S = 5.0
_AT_ONCE = 500
"""Trials that are judged together; more gain nothing."""


def judge_grid(task: GridTask, folder: Path | None = None) -> Result:
    """What the detector makes of a task; what was heard of it is kept in a folder."""
    return _Judged(task, heard_of(task, folder)).told()


class _Judged:
    def __init__(self, task: GridTask, heard: GridHeard) -> None:
        self._motion, self._heard = task.motion, heard
        ours, cold = Ours(cancel=task.cancels), Ours(cancel=task.cancels)
        ours.learn(heard.learning)
        self._limit = limit(self._scores(ours.judge(heard.calm)))
        self._nobody = [0, 0]
        for signal in heard.before:
            self._count_nobody(ours.judge(signal, occupied=self._occupied), signal.seconds)
        self._said = self._all_said(ours, heard.learned)
        self._cold_said = self._all_said(cold, heard.cold)

    @property
    def _occupied(self) -> bool:
        return self._motion is Motion.MINOR

    def _scores(self, said: Said) -> Scores:
        """Of the motion that is looked for."""
        return said.major if self._motion is Motion.MAJOR else said.scores

    def _count_nobody(self, said: Said, seconds: float) -> None:
        """In how many windows as long as a trial's it says so of what runs without anybody."""
        window = WITHIN_S[self._motion]
        for number in range(round((seconds - _SETTLED_S) / window)):
            start = _SETTLED_S + number * window
            found = said.reached(RANK_OF[self._motion], start, start + window)
            self._nobody[0] += found is not None
            self._nobody[1] += 1

    def _all_said(self, listener: Ours, frames: Sequence[Heard]) -> list[Said]:
        """Of every trial, by one that first heard what runs there."""
        heard = self._heard
        after = [listener.after(signal) for signal in heard.before]
        several = [after[draw] for draw in _list(heard.told, "draws")]
        if heard.signals:
            pairs = zip(several, heard.signals, strict=True)
            return [each.judge(signal, occupied=self._occupied) for each, signal in pairs]
        said = list[Said]()
        for start in range(0, len(frames), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            said += judge_together(several[part], frames[part], occupied=self._occupied)
        return said

    def told(self) -> Result:
        """The counts as JSON."""
        told, motion, rank = self._heard.told, self._motion, RANK_OF[self._motion]
        place = cast("Result", told["place"])
        trials = [(onset, onset + WITHIN_S[motion]) for onset in _list(told, "onsets")]
        found, cold = (
            [said.reached(rank, *span) for said, span in zip(each, trials, strict=True)]
            for each in (self._said, self._cold_said)
        )
        scores = [self._scores(said) for said in self._said]
        ours = [peak(each, *span) for each, span in zip(scores, trials, strict=True)]
        limits = {RULED: self._limit} | cast("dict[str, float]", told["limits"])
        peaks = {RULED: ours} | cast("dict[str, list[float]]", told["peaks"])
        hits = {
            NAME: [when is not None for when in found],
            COLD: [when is not None for when in cold],
        } | {name: [each > limits[name] for each in high] for name, high in peaks.items()}
        ways = zip(_list(told, "radial"), hits[NAME], strict=True)
        early = [
            said.at(onset) >= rank for said, (onset, _) in zip(self._said, trials, strict=True)
        ]
        delays = [
            round(when - onset, 3)
            for when, (onset, _), before in zip(found, trials, early, strict=True)
            if when is not None and not before
        ]
        cells = len(_list(place, "cells"))
        return place | {
            "hits": {name: _by_cell(each, cells) for name, each in hits.items()},
            "peaks": {name: list(each) for name, each in peaks.items()},
            "thresholds": dict(limits),
            "delays": list(delays),
            "ways": [[round(part, 3), float(hit)] for part, hit in ways if not self._occupied],
            "early": sum(early),
            "nobody": list(self._nobody),
        }


def _by_cell(hits: Sequence[bool], cells: int) -> list[Json]:
    """How many in each cell, of trials cell by cell."""
    trials = len(hits) // cells
    return [sum(hits[cell * trials : (cell + 1) * trials]) for cell in range(cells)]


def _list(told: Result, key: str) -> list[Any]:
    return cast("list[Any]", told[key])
