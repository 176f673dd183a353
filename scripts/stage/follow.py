"""Whether entities followed simulated people: the truth beside what Home Assistant showed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_EARLY_S = 0.5
"""How far the simulated truth and a radar's frame may lie apart."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, unix seconds, for which something was so; `end` None: still is."""

    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an entity must follow, in seconds, and whether it must stay on meanwhile."""

    on_within: float
    off_within: float
    holds: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it went, and whether that is as it should be."""

    room: str
    what: str
    expected: str
    seen: str
    good: bool


def spans(changes: Iterable[tuple[float, bool]]) -> list[Span]:
    """The stretches of True in (time, value) pairs that are in order of time."""
    found: list[Span] = []
    began: float | None = None
    for t, value in changes:
        if value and began is None:
            began = t
        elif not value and began is not None:
            found.append(Span(began, t))
            began = None
    if began is not None:
        found.append(Span(began))
    return found


def sampled(
    truth: Callable[[float], bool], watched: Span, step: float = 0.1
) -> list[tuple[float, bool]]:
    """A truth that can be asked at any time as changes, found to within `step` seconds."""
    count = round(((watched.end or watched.start) - watched.start) / step)
    times = [watched.start + index * step for index in range(count + 1)]
    values = [(t, truth(t)) for t in times]
    return values[:1] + [after for before, after in pairwise(values) if before[1] != after[1]]


class Comparison:
    """One entity of one room, watched for a span of time that has an end."""

    def __init__(self, room: str, what: str, pace: Pace, watched: Span) -> None:
        self._room = room
        self._what = what
        self._pace = pace
        self._watched = watched
        self._until = watched.start if watched.end is None else watched.end

    def judge(self, truth: Sequence[Span], shown: Sequence[Span]) -> list[Finding]:
        """What became of every true stretch, and what was shown without one.

        What still had time to follow when the watching ended is not judged.
        """
        findings: list[Finding] = []
        explained: set[Span] = set()
        ends = [*(span.start for span in truth), self._until][1:]
        for span, until in zip(truth, ends, strict=True):
            answers = [each for each in shown if _overlap(each, span)]
            explained.update(answers)
            findings += self._begin(span, answers)
            if answers:
                findings += self._stay(span, answers, until)
                findings += self._end(span, answers[-1], until)
        findings += [
            self._finding("off", f"on at {self._stamp(each.start)} for no reason", good=False)
            for each in shown
            if each not in explained
        ]
        return findings

    def _begin(self, truth: Span, answers: Sequence[Span]) -> list[Finding]:
        within = self._pace.on_within
        expected = f"on at {self._stamp(truth.start)}, {within:g} s late at most"
        if answers:
            delay = max(0.0, answers[0].start - truth.start)
            return [self._finding(expected, f"{delay:.1f} s late", good=delay <= within)]
        if truth.start + within > self._until:
            return []
        return [self._finding(expected, "never on", good=False)]

    def _stay(self, truth: Span, answers: Sequence[Span], until: float) -> list[Finding]:
        if not self._pace.holds:
            return []
        end = until if truth.end is None else truth.end
        expected = f"on until {self._stamp(end)}"
        gaps = [each.end for each in answers if each.end is not None and each.end < end - _EARLY_S]
        if gaps:
            return [self._finding(expected, f"off at {self._stamp(gaps[0])}", good=False)]
        return [self._finding(expected, f"on for {end - truth.start:.0f} s", good=True)]

    def _end(self, truth: Span, answer: Span, until: float) -> list[Finding]:
        if truth.end is None:
            return []
        within = self._pace.off_within
        expected = f"off at {self._stamp(truth.end)}, {within:g} s late at most"
        if answer.end is not None and answer.end <= until:
            delay = max(0.0, answer.end - truth.end)
            return [self._finding(expected, f"{delay:.1f} s late", good=delay <= within)]
        if truth.end + within > until:
            return []
        return [self._finding(expected, "still on", good=False)]

    def _stamp(self, t: float) -> str:
        return f"{t - self._watched.start:.0f} s"

    def _finding(self, expected: str, seen: str, *, good: bool) -> Finding:
        return Finding(self._room, self._what, expected, seen, good)


def _overlap(shown: Span, truth: Span) -> bool:
    """Whether a shown stretch began during a true one, or was on when that began."""
    true_end = float("inf") if truth.end is None else truth.end
    shown_end = float("inf") if shown.end is None else shown.end
    return shown.start - _EARLY_S <= true_end and shown_end >= truth.start - _EARLY_S


def table(findings: Sequence[Finding]) -> str:
    """The findings for a person to read."""
    rows = [("room", "entity", "expected", "seen", "")]
    rows += [
        (each.room, each.what, each.expected, each.seen, "ok" if each.good else "WRONG")
        for each in findings
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)).rstrip()
        for row in rows
    )
