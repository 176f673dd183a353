"""Whether somebody is in a room: signs of all its sources, fused and held.

The confidence is a noisy-or: every sign independently explains the room being occupied with
its remaining worth, and what is left is doubt. Occupied needs a higher confidence than staying
occupied does. A source that is not available stops its own clock, because unavailable is not
absent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import math

from ..core.house import Sensitivity
from ..core.snapshot import Json, flag_in, item, members_in, optional_number_in
from .clocks import Clocks
from .evidence import WORTH, Evidence, Modality, evidence_from, remaining


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a room switches, and how much longer (patience above 1) than usual it holds."""

    on_above: float
    off_below: float
    patience: float


THRESHOLDS = {
    # Low asks for a sign beyond the first glimpse of a target, medium takes one good glimpse,
    # high is content with half of one. Each room must lose more than half of what switched it
    # on before it is released.
    Sensitivity.LOW: Thresholds(on_above=0.75, off_below=0.35, patience=0.5),
    Sensitivity.MEDIUM: Thresholds(on_above=0.6, off_below=0.25, patience=1.0),
    Sensitivity.HIGH: Thresholds(on_above=0.45, off_below=0.15, patience=2.0),
}

SILENT_SHARE = 0.8
"""What a sign is worth while its source is unavailable: less than heard, but still enough for
one good sign to hold a room at every sensitivity."""

LEFT_AFTER = 12.0
"""Seconds after which what somebody left behind who was seen walking out is over: as long as the
last glimpse of a walker itself holds a room at medium sensitivity."""

_OVERLAP = 2.0
"""Seconds for which other sensors may see a walker after a radar has lost him at the door."""

_HORIZON = 86_400.0
"""Seconds to look ahead for a crossing; every sign that fades at all is gone long before."""

_RESOLUTION = 1e-3
"""Seconds to which a crossing is found."""


class Presence:
    """The signs of one room and what follows from them.

    `since` is when the room was last switched on, `left` when its last person was seen walking
    out, until anything speaks for somebody again.
    """

    def __init__(self, sensitivity: Sensitivity, clocks: Clocks) -> None:
        self.occupied = False
        self.since: float | None = None
        self.left: float | None = None
        self._spoken = -math.inf
        self.thresholds = THRESHOLDS[sensitivity]
        self._clocks = clocks
        self._signs: dict[str, dict[Modality, Evidence]] = {}

    def sensitivity(self, sensitivity: Sensitivity) -> None:
        """Move the thresholds."""
        self.thresholds = THRESHOLDS[sensitivity]

    def clear(self) -> None:
        """Forget all signs: the room is not watched any more."""
        self.occupied = False
        self.left = None
        self._signs.clear()

    def put(self, source: str, modality: Modality, sign: Evidence) -> None:
        """Replace what the source last showed of this kind."""
        self._signs.setdefault(source, {})[modality] = sign

    def get(self, source: str, modality: Modality) -> Evidence | None:
        """What the source last showed of this kind."""
        signs = self._signs.get(source)
        return None if signs is None else signs.get(modality)

    def drop(self, source: str, modality: Modality) -> None:
        """Forget what the source last showed of this kind."""
        signs = self._signs.get(source)
        if signs is not None:
            signs.pop(modality, None)

    def forget(self, source: str) -> None:
        """Forget a source that left the room."""
        self._signs.pop(source, None)

    def withdraw(self, source: str, modality: Modality, t: float) -> None:
        """The source says that a sign it claimed has ended; it fades from now on."""
        sign = self.get(source, modality)
        if sign is not None:
            sign.until = min(sign.until, t)
            if self.left is not None:
                sign.ends = max(t, self.left + LEFT_AFTER)

    def end(self, source: str, t: float, *modalities: Modality) -> None:
        """What the source showed of these kinds is worth nothing from time t on."""
        for modality, sign in self._signs.get(source, {}).items():
            if modality in modalities:
                sign.ends = min(sign.ends, t)

    def spoke(self, t: float) -> None:
        """Something other than radar targets speaks anew for somebody at time t."""
        self._spoken = t
        if self.left is not None and t > self.left + _OVERLAP:
            self.left = None

    def walked_out(self, t: float) -> None:
        """The last person was seen walking out at time t: what they left behind ends soon.

        A claim that stands ends once it is taken back; who is found again is a new sign, and
        who speaks after the time t was not the one who left.
        """
        if self._spoken > t + _OVERLAP:
            return
        self.left = t
        for source, signs in self._signs.items():
            for sign in signs.values():
                if sign.until < t + LEFT_AFTER and not self._clocks.is_frozen(source):
                    sign.ends = min(sign.ends, t + LEFT_AFTER)

    def shift(self, source: str, seconds: float) -> None:
        """Move all signs of a source forward: its clock stood for so long."""
        for sign in self._signs.get(source, {}).values():
            sign.shift(seconds)

    def shares(self, t: float) -> Iterator[tuple[str, Modality, Evidence, float]]:
        """Every sign with the share 0-1 of its worth that it has at time t."""
        patience = self.thresholds.patience
        for source, signs in self._signs.items():
            now, trust = t, 1.0
            if self._clocks.is_frozen(source):
                now, trust = self._clocks.now(source, t), SILENT_SHARE
            for modality, sign in signs.items():
                # Most signs are fresh, and this is where the engine spends its time.
                if now <= sign.until:
                    yield source, modality, sign, trust
                else:
                    share = remaining(sign, WORTH[modality].fades, now, patience)
                    yield source, modality, sign, trust * share

    def contribution(self, modality: Modality, sign: Evidence, share: float) -> float:
        """What a sign adds as the room is now: its worth for holding or for switching on."""
        return _contributions(modality, sign, share)[self.occupied]

    def confidence(self, t: float) -> float:
        """How sure it is at time t, 0-1, if nothing more is seen until then."""
        return self._confidences(t)[self.occupied]

    def decide(self, t: float) -> float:
        """Switch if the confidence at time t says so; the confidence, 0-1, after that."""
        sure = self._confidences(t)
        if self.occupied:
            changed = sure[True] < self.thresholds.off_below
        else:
            changed = sure[False] >= self.thresholds.on_above
        if changed:
            self.occupied = not self.occupied
            self.since, self.left = (t if self.occupied else self.since), None
        return sure[self.occupied]

    def _confidences(self, t: float) -> tuple[float, float]:
        """How sure it is at time t of an empty room and of an occupied one, in one pass.

        Signs are worth something else for holding than for switching on, and a light waits for
        a room that switches.
        """
        empty = occupied = 1.0
        for _, modality, sign, share in self.shares(t):
            switching, holding = _contributions(modality, sign, share)
            empty *= 1.0 - switching
            occupied *= 1.0 - holding
        return 1.0 - empty, 1.0 - occupied

    def falls_below(self, level: float, t: float) -> float | None:
        """When the confidence first falls below level after t if nothing more is seen.

        None where it never does. It only ever falls between observations, so bisection finds
        the one crossing, to the millisecond and never early.
        """
        if self.confidence(t + _HORIZON) >= level:
            return None
        low, step = t, 1.0
        while self.confidence(t + step) >= level:
            low = t + step
            step *= 2.0
        high = t + step
        while high - low > _RESOLUTION:
            middle = (low + high) / 2.0
            if self.confidence(middle) >= level:
                low = middle
            else:
                high = middle
        return high

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "occupied": self.occupied,
            "since": self.since,
            "left": self.left,
            "spoken": self._spoken if math.isfinite(self._spoken) else None,
            "signs": {
                source: {str(modality): sign.snapshot() for modality, sign in signs.items()}
                for source, signs in self._signs.items()
            },
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError and stays as it was if it is none."""
        occupied = flag_in(state, "occupied")
        signs: dict[str, dict[Modality, Evidence]] = {}
        for source in members_in(state, "signs"):
            rows = members_in(item(state, "signs"), source)
            signs[source] = {
                Modality(name): evidence_from(rows[name]) for name in rows if name in Modality
            }
        since, left = optional_number_in(state, "since"), optional_number_in(state, "left")
        spoken = optional_number_in(state, "spoken")
        self.occupied, self.since, self.left = occupied, since, left
        self._spoken = -math.inf if spoken is None else spoken
        self._signs = signs


def _contributions(modality: Modality, sign: Evidence, share: float) -> tuple[float, float]:
    """What a sign adds, 0-1: for switching an empty room on, and for holding an occupied one."""
    worth = WORTH[modality]
    switching = 0.0 if sign.seed else worth.on * sign.value * share
    return switching, worth.hold * sign.value * share
