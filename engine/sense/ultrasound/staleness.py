"""When what was learned of a quiet room no longer fits, and what the air did to it since."""

from dataclasses import dataclass
from enum import StrEnum

from ...core.snapshot import Json, SnapshotError, item, number_in, optional_number_in
from .air import Air

DAY_S = 86_400.0

AGE_S = DAY_S
"""The quiet room is learned anew every day, because rooms change."""
LEVEL_DB = 3.0
"""More than a person beside the device changes, less than moving the device does."""
AIR_DB = 3.0
"""What 20 to 50 % humidity changes at 32 kHz over 4 m and back."""
NOISE_DB = 6.0
"""Twice what the noise of a room varies with somebody working in it (chosen)."""

STALE_AGE_S = 30 * DAY_S
FAR = 2.0
"""At so many times its limit a change is too large to wait for an empty room."""
STALE_AFTER_S = 2 * DAY_S
"""A drift that has stood for so long found no empty room to learn from."""

SETTLED = 0.67
"""A drift is over once its change is this part of its limit, so that nothing flaps about it."""
RISE_S = 600.0
FALL_S = 600.0
"""For how long a change must last, and be gone: no shower and no open window counts."""

LARGEST_CORRECTION_DB = 12.0
"""What air can do to echoes in a living room; a sensor that says more is broken."""


class Freshness(StrEnum):
    """Whether a calibration may be relied on."""

    FRESH = "fresh"
    DRIFTED = "drifted"
    """It should be repeated as soon as the room is empty; nobody needs to be asked."""
    STALE = "stale"
    """It has been drifted for long, or far: somebody should repeat it."""


class Drift(StrEnum):
    """What made a calibration drift."""

    LEVEL = "level"
    NOISE = "noise"
    AIR = "air"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a calibration depends on: dBFS of the carrier, dBc/Hz of the noise, and the air.

    None is unknown and never counts as a change.
    """

    level: float | None = None
    noise: float | None = None
    air: Air | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How fresh a calibration is, and what made it drift, the gravest first."""

    freshness: Freshness
    drifts: tuple[Drift, ...] = ()


def correction(learned: Air | None, now: Air | None, carrier: float, path: float) -> float:
    """By how many dB echoes over `path` metres changed with the air since it was learned.

    `carrier` in Hz; there and back is a path. To be added to the part of a floor in dBc that
    comes from echoes; noise stays where it is. 0 where either air is unknown (ISO 9613-1).
    """
    if learned is None or now is None:
        return 0.0
    change = path * (learned.absorption(carrier) - now.absorption(carrier))
    return max(-LARGEST_CORRECTION_DB, min(LARGEST_CORRECTION_DB, change))


@dataclass(slots=True)
class _Change:
    """One kind of change: its part of its limit, and since when it stands or is on its way.

    A change stands RISE_S after it went beyond its limit and falls FALL_S after it came back.
    """

    part: float = 0.0
    crossed: float | None = None
    stands: float | None = None

    def move(self, part: float, t: float) -> None:
        """The change is a part of its limit from t on."""
        self._settle(t)
        self.part = part
        against = part < SETTLED if self.stands is not None else part > 1
        if not against:
            self.crossed = None
        elif self.crossed is None:
            self.crossed = t

    def since(self, t: float) -> float | None:
        """Since when it stands at t, None if it does not; t is not before the last move."""
        if self.crossed is None:
            return self.stands
        if self.stands is None:
            return self.crossed + RISE_S if t >= self.crossed + RISE_S else None
        return None if t >= self.crossed + FALL_S else self.stands

    def _settle(self, t: float) -> None:
        stands = self.since(t)
        if (stands is None) is not (self.stands is None):
            self.stands, self.crossed = stands, None


class Staleness:
    """Watches one calibration, learned at `at` (seconds) under `learned` conditions.

    `carrier` Hz; `path` is the way of the echoes that matter, metres there and back.
    """

    def __init__(self, at: float, learned: Conditions, carrier: float, path: float) -> None:
        self._at, self._learned = at, learned
        self._carrier, self._path = carrier, path
        self._changes = {each: _Change() for each in (Drift.LEVEL, Drift.NOISE, Drift.AIR)}

    def observe(self, now: Conditions, t: float) -> None:
        """The conditions from t on; what is None is taken to be as it was."""
        learned = self._learned
        if now.level is not None and learned.level is not None:
            self._changes[Drift.LEVEL].move(abs(now.level - learned.level) / LEVEL_DB, t)
        if now.noise is not None and learned.noise is not None:
            self._changes[Drift.NOISE].move(abs(now.noise - learned.noise) / NOISE_DB, t)
        if now.air is not None and learned.air is not None:
            change = correction(learned.air, now.air, self._carrier, self._path)
            self._changes[Drift.AIR].move(abs(change) / AIR_DB, t)

    def judge(self, t: float) -> Judgement:
        """How fresh the calibration is at t, which is not before the last observation.

        It does not matter how often this is asked.
        """
        stood = {
            drift: since
            for drift, change in self._changes.items()
            if (since := change.since(t)) is not None
        }
        age = t - self._at
        drifts = (*stood, Drift.AGE) if age > AGE_S else tuple(stood)
        if not drifts:
            return Judgement(Freshness.FRESH)
        stale = (
            age > STALE_AGE_S
            or any(t - since > STALE_AFTER_S for since in stood.values())
            or any(self._changes[drift].part > FAR for drift in stood)
        )
        return Judgement(Freshness.STALE if stale else Freshness.DRIFTED, drifts)

    def snapshot(self) -> Json:
        """The changes as JSON; what was learned is kept by who learned it."""
        return {
            str(drift): [change.part, change.crossed, change.stands]
            for drift, change in self._changes.items()
        }

    def restore(self, state: Json) -> None:
        """Replace the changes with those of a snapshot; raises SnapshotError if it is none."""
        restored: dict[Drift, _Change] = {}
        for drift in self._changes:
            row = item(state, str(drift))
            part = number_in(row, 0)
            if part < 0:
                raise SnapshotError(f"a {drift} cannot have changed by {part} of its limit")
            crossed, stands = optional_number_in(row, 1), optional_number_in(row, 2)
            restored[drift] = _Change(part, crossed, stands)
        self._changes = restored
