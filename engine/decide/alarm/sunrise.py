"""The light before an alarm: a sunrise, and a sunset to fall asleep by."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ...core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    members_in,
    number_in,
    optional_number_in,
    text_in,
)
from .glow import Lamp, glow, lamp_from

MINUTES: Final = (5.0, 60.0)
"""How long a sunrise or sunset may take."""

HURRY_S: Final = 20.0
"""A sunrise whose alarm rings early is completed within this time: at once would be a flash."""

EVERY_S: Final = 10.0
"""Lamps are told so often, to go there as slowly: slow enough for any radio, and smooth."""

_TOUCHED: Final = 0.06
"""Of full brightness: lamps round what they are told, and report it rounded anew."""

_TOUCHED_KELVIN: Final = 400.0
"""The same of colours, of which lamps make what they can."""


class Kind(StrEnum):
    """Which way it goes."""

    SUNRISE = "sunrise"
    SUNSET = "sunset"


@dataclass(frozen=True, slots=True)
class Order:
    """What a lamp is to become, within some seconds."""

    light: str
    lamp: Lamp
    seconds: float


@dataclass(slots=True)
class _Held:
    """One lamp: what it did before, and what it was told last and before that."""

    before: Lamp
    told: Lamp
    earlier: Lamp
    touched: bool = False

    def is_as_told(self, seen: Lamp) -> bool:
        """Whether a lamp does what it was told, or is on its way there."""
        ways = (self.told, self.earlier)
        if not any(seen.on is each.on for each in ways):
            return False
        if not seen.on:
            return True
        return _between(seen.brightness, [each.brightness for each in ways], _TOUCHED) and _between(
            seen.kelvin, [each.kelvin for each in ways], _TOUCHED_KELVIN
        )


class WakeLight:
    """One sunrise or sunset over some lamps, from `start` to `end` (seconds of one clock).

    `lamps` are what they do just before. A host asks `advance` at `next_due`, tells what it sees
    of the lamps, and does what is given.
    """

    def __init__(
        self, kind: Kind, start: float, end: float, lamps: Mapping[str, Lamp], top: float = 1.0
    ) -> None:
        self._kind = kind
        self._end = end
        self._top = top
        self._held = {name: _Held(lamp, lamp, lamp) for name, lamp in lamps.items()}
        # From when and which share on it goes to its end: a hurried one from where it was.
        self._from, self._share = start, 0.0
        self._next: float | None = start

    @property
    def next_due(self) -> float | None:
        """When lamps are to be told something; None once it is over."""
        return self._next

    def advance(self, t: float) -> list[Order]:
        """What lamps are to be told at time t: where they are to be when they are told next."""
        if self._next is None or t < self._next:
            return []
        if t >= self._end:
            self._next = None
            return self._tell(self._at(1.0), 0.0)
        seconds = min(EVERY_S, self._end - t)
        self._next = t + seconds
        return self._tell(self._at(self.progress(t + seconds)), seconds)

    def progress(self, t: float) -> float:
        """How much of the way is behind at time t, 0-1."""
        if t >= self._end:
            return 1.0
        gone = (t - self._from) / (self._end - self._from)
        return self._share + (1 - self._share) * max(gone, 0.0)

    def hurry(self, t: float) -> None:
        """The alarm rings at time t: complete it quickly, if it is not complete."""
        if self._next is not None and t + HURRY_S < self._end:
            self._share, self._from, self._end = self.progress(t), t, t + HURRY_S
            self._next = t

    def see(self, light: str, lamp: Lamp) -> None:
        """What a lamp does: one that somebody touched is theirs from then on."""
        held = self._held.get(light)
        if held is not None and not held.is_as_told(lamp):
            held.touched = True

    def touch(self, light: str) -> None:
        """Somebody switched a lamp: it is theirs from now on, whatever it does."""
        if light in self._held:
            self._held[light].touched = True

    def stop(self) -> list[Order]:
        """It was dismissed: restore what was there, but for what somebody touched."""
        self._next = None
        return [
            Order(name, held.before, 0.0) for name, held in self._held.items() if not held.touched
        ]

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "kind": self._kind,
            "end": self._end,
            "top": self._top,
            "from": self._from,
            "share": self._share,
            "next": self._next,
            "lamps": {
                name: {
                    "before": held.before.to_json(),
                    "told": held.told.to_json(),
                    "earlier": held.earlier.to_json(),
                    "touched": held.touched,
                }
                for name, held in self._held.items()
            },
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError."""
        kind, rows = text_in(state, "kind"), item(state, "lamps")
        if kind not in Kind:
            raise SnapshotError(f"there is no light that is a {kind!r}")
        held = {}
        for name in members_in(state, "lamps"):
            row = item(rows, name)
            before, told = lamp_from(item(row, "before")), lamp_from(item(row, "told"))
            earlier = lamp_from(item(row, "earlier"))
            held[name] = _Held(before, told, earlier, flag_in(row, "touched"))
        self._end, self._top = number_in(state, "end"), number_in(state, "top")
        self._from, self._share = number_in(state, "from"), number_in(state, "share")
        self._kind, self._next, self._held = Kind(kind), optional_number_in(state, "next"), held

    def _at(self, share: float) -> Lamp:
        if self._kind is Kind.SUNSET:
            lamp = glow(1.0 - share, self._top)
            return lamp if share < 1 else Lamp(on=False)
        return glow(share, self._top)

    def _tell(self, lamp: Lamp, seconds: float) -> list[Order]:
        orders = []
        for name, held in self._held.items():
            if not held.touched and not self._outshines(held.before, lamp):
                held.earlier, held.told = held.told, lamp
                orders.append(Order(name, lamp, seconds))
        return orders

    def _outshines(self, before: Lamp, lamp: Lamp) -> bool:
        """Whether a lamp was brighter anyway than a sunrise is as yet, which dims nothing."""
        if self._kind is Kind.SUNSET or not before.on or lamp.brightness is None:
            return False
        return before.brightness is None or before.brightness > lamp.brightness


def _between(seen: float | None, told: list[float | None], slack: float) -> bool:
    """Whether a value lies between two that were told; what is not said is not wrong."""
    known = [each for each in told if each is not None]
    if seen is None or not known:
        return True
    return min(known) - slack <= seen <= max(known) + slack
