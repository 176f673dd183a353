"""Energies of gate radars, held against what the empty room was learned to give."""

from dataclasses import dataclass
import math

from ..core.reading import Detection, Gates
from ..core.snapshot import Json, item, number_in, rows_in

MARGIN = 0.05
"""Energy above the learned noise that still is noise: half a step of these radars' settings."""

DEVIATIONS = 3.0
"""Standard deviations of the empty room's energy that are noise."""

FULL_AT = 0.3
"""Energy above the noise at which the evidence has its full value: a still person at 3 m."""

STIRS_FROM = 0.2
"""Change of the still energy between two readings that somebody's movement makes."""

MOVES_FROM = 0.5
"""Moving energy that is movement in a room that was never calibrated (factory thresholds lie
between 0.15 and 0.5)."""


@dataclass(slots=True)
class _Sums:
    """Count, sum and sum of squares of one energy while the room is empty."""

    count: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def add(self, energy: float) -> None:
        self.count += 1.0
        self.total += energy
        self.squares += energy * energy

    def ceiling(self) -> float:
        """The energy up to which it is noise."""
        mean = self.total / self.count
        spread = math.sqrt(max(0.0, self.squares / self.count - mean * mean))
        return min(1.0, mean + DEVIATIONS * spread + MARGIN)


class Energies:
    """The energies of one radar."""

    def __init__(self) -> None:
        self._ceilings: dict[str, float] = {}
        self._sums: dict[str, _Sums] | None = None
        self._still: float | None = None

    @property
    def gates(self) -> int:
        """How many gates were learned."""
        return sum(name.startswith("still ") for name in self._ceilings)

    def begin(self) -> None:
        """Learn from now on: the room is empty."""
        self._sums = {}

    def finish(self) -> None:
        """Take up what was learned."""
        if self._sums:
            self._ceilings = {name: sums.ceiling() for name, sums in self._sums.items()}
        self._sums = None

    def detection(self, reading: Detection) -> float | None:
        """The value 0-1 of a detection's energies; None where nothing was learned of them."""
        return self._value(
            {
                name: energy
                for name, energy in (("moving", reading.moving), ("still", reading.still))
                if energy is not None
            }
        )

    def gate_energies(self, reading: Gates) -> float | None:
        """The value 0-1 of the strongest gate; None where nothing was learned of them."""
        energies = {f"moving {index}": energy for index, energy in enumerate(reading.moving)}
        energies |= {f"still {index}": energy for index, energy in enumerate(reading.still)}
        return self._value(energies)

    def _value(self, energies: dict[str, float]) -> float | None:
        best: float | None = None
        for name, energy in energies.items():
            if not 0.0 <= energy <= 1.0:
                continue
            if self._sums is not None:
                self._sums.setdefault(name, _Sums()).add(energy)
            ceiling = self._ceilings.get(name)
            if ceiling is not None:
                best = max(best or 0.0, min(1.0, max(0.0, energy - ceiling) / FULL_AT))
        return best

    def stirs(self, reading: Detection) -> float | None:
        """How much a detection's energies say that somebody moves, 0-1; None for not at all."""
        moving, still, before = _share(reading.moving), _share(reading.still), self._still
        if still is not None:
            self._still = still
        if reading.present is False:
            return None
        floor = self._ceilings.get("moving")
        needed = MOVES_FROM if floor is None else min(MOVES_FROM, floor)
        if moving is not None and moving >= needed:
            return moving
        if still is not None and before is not None and abs(still - before) >= STIRS_FROM:
            return abs(still - before)
        return None

    def snapshot(self) -> Json:
        """The state as JSON."""
        sums = self._sums
        return {
            "ceilings": dict(self._ceilings),
            "sums": None
            if sums is None
            else [[name, s.count, s.total, s.squares] for name, s in sums.items()],
            "still": self._still,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        ceilings = item(state, "ceilings")
        names = list(ceilings) if isinstance(ceilings, dict) else []
        self._ceilings = {name: number_in(ceilings, name) for name in names}
        self._sums = None
        if item(state, "sums") is not None:
            self._sums = {
                str(item(row, 0)): _Sums(number_in(row, 1), number_in(row, 2), number_in(row, 3))
                for row in rows_in(state, "sums")
            }
        self._still = None if item(state, "still") is None else number_in(state, "still")


def _share(energy: float | None) -> float | None:
    """An energy if it is one, None for anything outside 0-1."""
    return energy if energy is not None and 0.0 <= energy <= 1.0 else None
