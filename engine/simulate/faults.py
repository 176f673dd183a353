"""What goes wrong with a node: reboots, drops, copies, losses, floods, wrong clocks, silence."""

from dataclasses import dataclass

import numpy as np

from .parts import Fault, ScenarioError
from .sensor import Emission

_BOOT_S = 6.0
"""From the power failing to MQTT being back, an ESP32 on Wi-Fi (chosen)."""

_DROP_S = 4.0
"""How long a flapping connection is away each time (chosen)."""

_FLOOD_STREAM = "debug"


@dataclass(frozen=True, slots=True)
class Change:
    """The connection goes or comes at t; `rebooted` where the firmware started anew."""

    t: float
    online: bool
    rebooted: bool = False


class Faults:
    """The faults of one node. Times are seconds since the beginning; a looping scenario repeats.

    `period` is the duration of a round, None where there is only one. Raises ScenarioError for a
    node that would not be back when the round ends.
    """

    def __init__(
        self, faults: tuple[Fault, ...], period: float | None, rng: np.random.Generator
    ) -> None:
        self._by_kind: dict[str, list[Fault]] = {}
        for fault in faults:
            self._by_kind.setdefault(fault.kind, []).append(fault)
        self._period = period
        self._rng = rng
        self._changes = sorted(_changes(self._by_kind, period), key=lambda change: change.t)
        if period is not None and self._changes and self._changes[-1].t >= period:
            raise ScenarioError(
                f"faults: {self._changes[-1].t:.0f} s is when the node is back, but the scenario "
                f"loops after {period:.0f} s; let it fail earlier"
            )
        self._away = _intervals(self._changes)

    def running(self, t: float) -> bool:
        """Whether the firmware measures and speaks at all."""
        if not self._by_kind:
            return True
        t = self._within(t)
        down = any(fault.start <= t < fault.start + _BOOT_S for fault in self._of("reboot"))
        return not down and not any(_at(fault, t) for fault in self._of("silent"))

    def reachable(self, t: float) -> bool:
        """Whether a command that is sent at t arrives."""
        return self.running(t) and not self._is_away(self._within(t))

    def copies(self, t: float) -> int:
        """How many copies of a message sent at t arrive: 0, 1 or 2."""
        if not self._by_kind:
            return 1
        t = self._within(t)
        if self._is_away(t):
            return 0
        for fault in self._of("lose"):
            if _at(fault, t) and self._rng.random() < fault.amount:
                return 0
        for fault in self._of("duplicate"):
            if _at(fault, t) and self._rng.random() < fault.amount:
                return 2
        return 1

    def skew(self, t: float) -> float:
        """How far the node's wall clock is ahead, in seconds."""
        t = self._within(t)
        return sum(fault.amount for fault in self._of("skew") if _at(fault, t))

    def flood(self, start: float, end: float) -> list[Emission]:
        """The useless samples that it sends in [start, end)."""
        emissions: list[Emission] = []
        for fault in self._of("flood"):
            base = start - self._within(start)
            low, high = max(start, base + fault.start), min(end, base + fault.end)
            count = max(0, int((high - low) * fault.amount))
            emissions += [
                Emission(low + k / fault.amount, _FLOOD_STREAM, {"db": float(k % 50)})
                for k in range(count)
            ]
        return emissions

    def changes(self, start: float, end: float) -> list[Change]:
        """What happens to the connection in [start, end), which lies within one round."""
        base = start - self._within(start)
        return [
            Change(base + change.t, change.online, change.rebooted)
            for change in self._changes
            if start <= base + change.t < end
        ]

    def _is_away(self, t: float) -> bool:
        return any(start <= t < end for start, end in self._away)

    def _of(self, kind: str) -> list[Fault]:
        return self._by_kind.get(kind, [])

    def _within(self, t: float) -> float:
        return t if self._period is None else t % self._period


def _at(fault: Fault, t: float) -> bool:
    return fault.start <= t < fault.end


def _changes(faults: dict[str, list[Fault]], period: float | None) -> list[Change]:
    changes: list[Change] = []
    for fault in faults.get("reboot", []):
        # The broker learns of the death only when the same client connects again.
        back = fault.start + _BOOT_S
        changes += [Change(back, online=False), Change(back, online=True, rebooted=True)]
    for fault in faults.get("flap", []):
        t = fault.start
        end = fault.end if period is None else min(fault.end, period - _DROP_S)
        while t < end:
            changes += [Change(t, online=False), Change(t + _DROP_S, online=True)]
            t += max(fault.amount, 2 * _DROP_S)
    return changes


def _intervals(changes: list[Change]) -> list[tuple[float, float]]:
    """When the connection is away."""
    gone = [change.t for change in changes if not change.online]
    back = [change.t for change in changes if change.online]
    return list(zip(gone, back, strict=True))
