"""Evidence of a person: what each kind of sign is worth, and how it fades.

A sign is worth one thing for switching a room on and another for holding it: a walking target
does both, a breathing chest holds better than it announces. Worth fades by half-lives once a
sign is no longer renewed, so the fused confidence at any later time is known in closed form
and nothing has to be polled.
"""

from dataclasses import dataclass
from enum import StrEnum
import math

from ..core.snapshot import Json, flag_in, item, number_in, optional_number_in, text_in


class Modality(StrEnum):
    """The kinds of signs."""

    MOVING_TARGET = "moving_target"
    STILL_TARGET = "still_target"
    VERDICT = "verdict"
    ENERGY = "energy"
    BREATHING = "breathing"
    BODY_MOVEMENT = "body_movement"
    BED = "bed"
    MOTION = "motion"
    MINOR_MOTION = "minor_motion"


@dataclass(frozen=True, slots=True)
class Worth:
    """What a sign of full value is worth (0-1), and for how long.

    `lasts` is the time in seconds that it keeps its worth after the last renewal, `fades` the
    half-life of what follows. Both are for medium sensitivity.
    """

    on: float
    hold: float
    lasts: float
    fades: float


WORTH = {
    # A tracked walk is the surest sign there is; who walks out of sight has left within a
    # quarter of a minute, which tolerates the second or two that trackers lose walkers for.
    Modality.MOVING_TARGET: Worth(on=0.9, hold=0.9, lasts=3.0, fades=5.0),
    # 24 GHz trackers lose people who sit still for minutes at a time, so a target that was
    # still when it was lost lasts much longer than one that walked.
    Modality.STILL_TARGET: Worth(on=0.65, hold=0.85, lasts=60.0, fades=60.0),
    # A sensor's own verdict has hysteresis and hold times of its own; it is latched, and
    # fades fast once withdrawn.
    Modality.VERDICT: Worth(on=0.75, hold=0.85, lasts=2.0, fades=6.0),
    # Energy per gate over what the empty room was learned to give.
    Modality.ENERGY: Worth(on=0.5, hold=0.7, lasts=3.0, fades=10.0),
    # Breathing takes half a minute to establish and drops out when a sleeper turns, which
    # takes some ten seconds and as long again until the window is clean.
    Modality.BREATHING: Worth(on=0.7, hold=0.95, lasts=20.0, fades=20.0),
    Modality.BODY_MOVEMENT: Worth(on=0.7, hold=0.8, lasts=5.0, fades=10.0),
    Modality.BED: Worth(on=0.8, hold=0.95, lasts=5.0, fades=10.0),
    # A motion detector beside a sensor that sees still people only announces; see MOTION_ALONE.
    Modality.MOTION: Worth(on=0.9, hold=0.8, lasts=15.0, fades=10.0),
    # Small movements in the echoes of a tone hold and never announce; beside sensors that see
    # still people they bridge what these miss. Alone they last longer: see echoes.py.
    Modality.MINOR_MOTION: Worth(on=0.0, hold=0.8, lasts=120.0, fades=10.0),
}

MOTION_ALONE = 120.0
"""Seconds for which movement holds a room whose sensors see nothing but movement. PIRs are
blind for people who read; two minutes without any movement is rare for someone awake."""


@dataclass(slots=True)
class Evidence:
    """One sign: its value (0-1), when it was last seen, and how long it claims to be true.

    `until` is the host time to which the sign counts as renewed: the time it was seen, or
    later, or infinity for a verdict that stands until it is withdrawn. From `ends` on it is worth
    nothing: something else says that whoever made it has gone. A `seed` comes from a retained
    message: it may hold a room and never switches one on.
    """

    value: float
    seen: float
    until: float
    lasts: float
    note: str | None = None
    seed: bool = False
    ends: float = math.inf

    def shift(self, seconds: float) -> None:
        """Move the sign forward in time, as if the seconds had not passed."""
        self.seen += seconds
        self.until += seconds
        self.ends += seconds

    def snapshot(self) -> Json:
        """The sign as JSON; a claim without end is null."""
        until = self.until if math.isfinite(self.until) else None
        return {
            "value": self.value,
            "seen": self.seen,
            "until": until,
            "lasts": self.lasts,
            "note": self.note,
            "seed": self.seed,
            "ends": self.ends if math.isfinite(self.ends) else None,
        }


def evidence_from(state: Json) -> Evidence:
    """The sign of a snapshot; raises SnapshotError."""
    until, ends = optional_number_in(state, "until"), optional_number_in(state, "ends")
    return Evidence(
        value=number_in(state, "value"),
        seen=number_in(state, "seen"),
        until=math.inf if until is None else until,
        lasts=number_in(state, "lasts"),
        note=None if item(state, "note") is None else text_in(state, "note"),
        seed=flag_in(state, "seed"),
        ends=math.inf if ends is None else ends,
    )


def remaining(evidence: Evidence, fades: float, t: float, patience: float) -> float:
    """The share 0-1 of its worth that a sign still has at time t.

    `patience` stretches its times: above 1 for a room that should hold longer.
    """
    if t >= evidence.ends:
        return 0.0
    over = t - evidence.until - evidence.lasts * patience
    return 1.0 if over <= 0.0 else 0.5 ** (over / (fades * patience))
