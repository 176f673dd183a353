"""The LD2450 (and RD-03D): a 24 GHz radar that follows up to three moving targets, 10 Hz.

It reports what moves. Somebody who sits still is lost now and then, somebody who lies still most
of the time; a new track starts beside the truth; a slot that lost its target may keep the last
coordinates. All of that is reported by users and none of it is in the manual, so the rates are
chosen; range, angle, rate and format are the vendor's.
"""

from dataclasses import dataclass, field
import math

import numpy as np

from ..core.house import Mount
from ..core.snapshot import Json
from .body import Kind
from .frames import LD2450_SLOTS, Slot, ld2450
from .parts import SensorSpec
from .sensor import VERDICT_PERIOD_S, Emission, Pulse, Ticks
from .world import Sight, World

_PERIOD_S = 0.1
_REACH_M = 6.0
_HALF_ANGLE_DEG = 60.0
"""10 frames a second, 6 m, 60 degrees to either side (vendor's manual)."""

_RESOLUTION_MM = 360
"""What the resolution field of a live target holds, as in vendor examples (320 to 360)."""

_RANGE_NOISE_M = 0.04
_ANGLE_NOISE_RAD = math.radians(1.5)
_SPEED_NOISE_M_S = 0.03
_NOISE_MEMORY = 0.85
_INNOVATION = math.sqrt(1 - _NOISE_MEMORY**2)
"""The tracker smooths, so that its errors are correlated from frame to frame (chosen)."""

_FIRST_FRAMES = 4
_FIRST_ERROR_M = 0.6
"""A fresh track jumps: zones are crossed that nobody entered (reported by users)."""

_MOVING_M_S = 0.06
_STIR = 0.5
"""Above this speed or activity a body counts as moving for the tracker (chosen)."""

_HOLD_S = 25.0
_HOLD_LYING_S = 5.0
_LOST_S = 8.0
_LOST_LYING_S = 40.0
"""How long a still body stays tracked, and lost, on average (chosen after reports that somebody
in bed at 3 m is mostly clear and somebody on a couch at 4 m needs minutes of delay)."""

_MISS = 0.005
"""Frames in which a moving target is missing (chosen)."""

_RESIDUE = 0.2
_RESIDUE_S = (1.0, 12.0)
"""How often, and how long, a lost target leaves its coordinates in the slot with no speed and no
resolution (the residual slots of ESPHome's reports; rates chosen)."""


@dataclass(slots=True)
class _Follow:
    """What the tracker knows of one body."""

    tracked: bool = False
    age: int = 0
    change_at: float = math.inf
    error: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    jump: tuple[float, float] = (0.0, 0.0)
    last: Slot | None = None


class Ld2450:
    """One LD2450 at its mount; `raw` sends its frames, `json` normalised samples."""

    def __init__(
        self, spec: SensorSpec, mount: Mount, room: str, world: World, rng: np.random.Generator
    ) -> None:
        self._spec = spec
        self._mount = mount
        self._room = room
        self._world = world
        self._rng = rng
        self._ticks = Ticks(rng, _PERIOD_S)
        self._pulse = Pulse(VERDICT_PERIOD_S)
        self._follows: dict[int, _Follow] = {}
        self._slots: list[int | None] = [None] * LD2450_SLOTS
        self._residue: list[tuple[Slot, float] | None] = [None] * LD2450_SLOTS

    def emit(self, end: float) -> list[Emission]:
        """A frame ten times a second, and the verdicts of the node."""
        times = self._ticks.take(end)
        if not len(times):
            return []
        sights = self._world.look(self._mount, self._room, times)
        views = [self._view(sight) for sight in sights]
        count = len(times)
        noise = self._rng.standard_normal((len(sights), count, 3)).tolist()
        dice = self._rng.random((len(sights), count)).tolist()
        present = {view.key for view in views}
        for key in [key for key in self._follows if key not in present]:
            self._lose(key, self._follows.pop(key), float(times[0]))
        emissions: list[Emission] = []
        for k, t in enumerate(times.tolist()):
            for view, draws in zip(views, noise, strict=True):
                self._track(view, k, t, draws[k])
            emissions += self._say(t, self._slots_at(t, views, dice, k))
        return emissions

    def announce(self) -> dict[str, Json]:
        """Serial frames or samples."""
        if self._spec.form == "json":
            return {self._spec.stream: {"enc": "json"}}
        return {self._spec.stream: {"enc": "uart", "proto": "ld2450"}}

    def _view(self, sight: Sight) -> _View:
        phantom = sight.body.kind is Kind.PHANTOM
        # The radar equation: range goes with the fourth root of the cross-section.
        reach = min(_REACH_M, self._mount.reach or _REACH_M) * sight.body.cross_section**0.25
        return _View(
            key=sight.key,
            visible=sight.within(reach, _HALF_ANGLE_DEG).tolist(),
            moving=((sight.speed > _MOVING_M_S) | (sight.activity > _STIR) | phantom).tolist(),
            phantom=phantom,
            distance=sight.distance.tolist(),
            angle=sight.angle.tolist(),
            radial=sight.radial.tolist(),
            lying=sight.lying.tolist(),
        )

    def _track(self, view: _View, k: int, t: float, noise: list[float]) -> None:
        follow = self._follows.get(view.key)
        if follow is None:
            follow = self._follows[view.key] = _Follow()
        lying = view.lying[k]
        if not view.visible[k]:
            if follow.tracked:
                self._lose(view.key, follow, t)
            follow.change_at = math.inf
            return
        if view.moving[k]:
            if not follow.tracked:
                self._start(follow)
            follow.change_at = t + self._rng.exponential(_HOLD_LYING_S if lying else _HOLD_S)
        elif t >= follow.change_at:
            if follow.tracked:
                self._lose(view.key, follow, t)
                follow.change_at = t + self._rng.exponential(_LOST_LYING_S if lying else _LOST_S)
            else:
                self._start(follow)
                follow.change_at = t + self._rng.exponential(_HOLD_LYING_S if lying else _HOLD_S)
        if follow.tracked:
            follow.age += 1
            _measure(follow, view, k, noise)

    def _start(self, follow: _Follow) -> None:
        follow.tracked, follow.age = True, 0
        follow.jump = tuple(self._rng.normal(0.0, _FIRST_ERROR_M, 2).tolist())

    def _lose(self, key: int, follow: _Follow, t: float) -> None:
        follow.tracked = False
        if key in self._slots:
            slot = self._slots.index(key)
            self._slots[slot] = None
            if follow.last is not None and self._rng.random() < _RESIDUE:
                x, y, _, _ = follow.last
                self._residue[slot] = (x, y, 0, 0), t + self._rng.uniform(*_RESIDUE_S)

    def _say(self, t: float, slots: list[Slot | None]) -> list[Emission]:
        live = [slot for slot in slots if slot is not None and slot[3]]
        present = bool(live)
        if self._spec.form == "json":
            # The serial speed is cm/s, a sample's mm/s.
            targets: list[Json] = [[x, y, 10 * speed] for x, y, speed, _ in live]
            body: dict[str, Json] = {"presence": present, "targets": targets}
            return [Emission(t, self._spec.stream, body, flag=present)]
        emissions = [Emission(t, self._spec.stream, ld2450(slots), flag=present)]
        if self._pulse.due(t, present):
            emissions.append(Emission(t, self._spec.stream, {"presence": present}, flag=present))
        return emissions

    def _slots_at(
        self, t: float, views: list[_View], dice: list[list[float]], k: int
    ) -> list[Slot | None]:
        self._seat()
        missing = {
            view.key
            for view, die in zip(views, dice, strict=True)
            if view.moving[k] and not view.phantom and die[k] < _MISS
        }
        slots: list[Slot | None] = []
        for index, key in enumerate(self._slots):
            residue = self._residue[index]
            if key is not None:
                slots.append(None if key in missing else self._follows[key].last)
            elif residue is not None and t < residue[1]:
                slots.append(residue[0])
            else:
                self._residue[index] = None
                slots.append(None)
        return slots

    def _seat(self) -> None:
        """Give every tracked body a slot, in the order in which they were found."""
        for key, follow in self._follows.items():
            if follow.tracked and key not in self._slots and None in self._slots:
                index = self._slots.index(None)
                self._slots[index] = key
                self._residue[index] = None


@dataclass(frozen=True, slots=True)
class _View:
    """One body during a block, as plain lists because frames are made one by one."""

    key: int
    phantom: bool
    visible: list[bool]
    moving: list[bool]
    distance: list[float]
    angle: list[float]
    radial: list[float]
    lying: list[bool]


def _measure(follow: _Follow, view: _View, k: int, noise: list[float]) -> None:
    error = follow.error
    if not view.phantom:
        for axis in range(3):
            error[axis] = _NOISE_MEMORY * error[axis] + _INNOVATION * noise[axis]
    distance = view.distance[k] + _RANGE_NOISE_M * error[0]
    angle = view.angle[k] + _ANGLE_NOISE_RAD * error[1]
    x, y = distance * math.sin(angle), distance * math.cos(angle)
    if follow.age <= _FIRST_FRAMES:
        left = 1 - follow.age / (_FIRST_FRAMES + 1)
        x, y = x + left * follow.jump[0], y + left * follow.jump[1]
    speed = view.radial[k] + _SPEED_NOISE_M_S * error[2]
    if not view.moving[k]:
        speed = 0.0
    follow.last = (
        round(1000 * x),
        max(1, round(1000 * y)),
        round(100 * speed),
        _RESOLUTION_MM,
    )
