"""The tables of the real recordings."""

from collections.abc import Callable, Mapping, Sequence
import math

import numpy as np

from ..report import Entry, Estimate, Table
from ..statistics import Floats, curve
from .baselines import BASELINES
from .detectors import NAME
from .recordings import FALSE_POSITIVES, Finding, Judged, Makes, finding, judged
from .ultragsattack import Label, Recordings

SEEN = frozenset({"p1", "p3", "p5"})
"""People whose recordings the shipped weights were trained with, in part."""

LEARNED = {False: "no", True: "yes"}

type Judgements = dict[tuple[str, bool], list[Judged]]
"""What each method said of every clip, without and with a quiet room learned."""


def all_judged(
    recordings: Recordings,
    labels: Sequence[Label],
    methods: Mapping[str, Makes],
    told: Callable[[int, int], None],
    every: int = 1,
) -> Judgements:
    """All methods on every clip (or every so manieth), round by round.

    `told` hears how many of how many rounds are done.
    """
    rounds = [(name, learn) for learn in LEARNED for name in methods]
    found: Judgements = {}
    for number, (name, learn) in enumerate(rounds):
        told(number, len(rounds))
        clips = judged(recordings, labels, methods[name], learn=learn, every=every)
        found[name, learn] = list(clips)
    told(len(rounds), len(rounds))
    return found


_FIGURES = (
    "AUC",
    *(f"frames found at {100 * share:g} % false" for share in FALSE_POSITIVES),
    *(f"gestures found at {100 * share:g} %" for share in FALSE_POSITIVES),
)


def _figures(found: Finding) -> tuple[Entry, ...]:
    frames = zip(found.frames, found.frames_intervals, strict=True)
    return (
        Estimate(found.auc, *found.auc_interval),
        *(Estimate(value, *interval) for value, interval in frames),
        *found.gestures,
    )


def methods_table(judgements: Judgements) -> Table:
    """All methods, on people the weights were not trained with and on everybody."""
    rows: list[tuple[Entry, ...]] = []
    for (name, learn), clips in judgements.items():
        unseen = [each for each in clips if each.label.person not in SEEN]
        for who, part in (("never seen", unseen), ("all", clips)):
            if part:
                rows.append((name, LEARNED[learn], who, len(part), *_figures(finding(part))))
    return Table(
        "recordings",
        "Real: gestures of UltraGSAttack, frame by frame; 95 % intervals by drawing people anew",
        ("method", "quiet room learned", "people", "clips", *_FIGURES),
        tuple(rows),
    )


def people_table(judgements: Judgements) -> Table:
    """The detector by person and by room."""
    rows: list[tuple[Entry, ...]] = []
    for learn, word in LEARNED.items():
        clips = judgements.get((NAME, learn), [])
        for person in sorted({each.label.person for each in clips}):
            part = [each for each in clips if each.label.person == person]
            who = f"{person} (seen)" if person in SEEN else person
            rows.append((who, word, len(part), *_figures(finding(part))))
        for room in sorted({each.label.room for each in clips}):
            part = [each for each in clips if each.label.room == room]
            rows.append((f"room {room}", word, len(part), *_figures(finding(part))))
    return Table(
        "people",
        "Real: the detector by person and by room",
        ("who", "quiet room learned", "clips", *_FIGURES),
        tuple(rows),
    )


def curves(judgements: Judgements, *, learn: bool) -> dict[str, tuple[Floats, Floats]]:
    """False positives and detections of every method, frame by frame."""
    return {
        name: curve(_pool(clips, moving=True), _pool(clips, moving=False))
        for (name, learned), clips in judgements.items()
        if learned is learn
    }


def unseen(judgements: Judgements) -> Judgements:
    """Only the people that the weights were not trained with."""
    return {
        key: [each for each in clips if each.label.person not in SEEN]
        for key, clips in judgements.items()
    }


def ahead_table(judgements: Judgements) -> Table:
    """At which shares of false positives each baseline finds more frames than the detector."""
    rows: list[tuple[Entry, ...]] = []
    for learn, word in LEARNED.items():
        for name, shares in behind(judgements, learn=learn).items():
            where = "nowhere" if not shares else f"{min(shares):.3f} to {max(shares):.3f}"
            rows.append((name, word, where))
    return Table(
        "ahead",
        "Real: where a baseline finds more frames than the detector, of people never seen",
        ("baseline", "quiet room learned", "at shares of false positives"),
        tuple(rows),
    )


def behind(judgements: Judgements, *, learn: bool) -> dict[str, list[float]]:
    """At which shares of false positives, of those tried, each baseline does better."""
    grid = np.linspace(0.005, 0.995, 199)
    found = {
        name: np.interp(grid, false, true)
        for name, (false, true) in curves(judgements, learn=learn).items()
    }
    if NAME not in found:
        return {}
    ours = found.pop(NAME)
    return {
        name: [float(share) for share in grid[theirs > ours + _TIE]]
        for name, theirs in found.items()
        if name in _SIMPLER
    }


_SIMPLER = frozenset(each.name for each in BASELINES)
_TIE = 1e-9


def _pool(clips: Sequence[Judged], *, moving: bool) -> Floats:
    parts = [each.moving if moving else each.quiet for each in clips]
    return np.concatenate(parts) if parts else np.full(0, math.nan)
