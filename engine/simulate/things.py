"""Things that a radar takes for somebody: a fan, a curtain, a ghost, a mirroring wall."""

from dataclasses import dataclass
import math

import numpy as np

from ..core.house import Point
from .body import Body, Flags, Floats, Kind, States, lifeless
from .parts import Thing

_FAN_RADIUS_M = 0.15
_FAN_HZ = 0.45
_FAN_BLADE_M_S = 1.2
"""A desk or ceiling fan: the target wanders about its hub while the blades give a radial speed
that keeps changing its sign (chosen; that fans defeat zones is what users report)."""

_CURTAIN_SWING_M = 0.12
_CURTAIN_HZ = (0.11, 0.27)
"""A curtain in a draught: centimetres, at some tenths of a hertz (chosen)."""

_GHOST_JITTER_M = 0.008
_GHOST_HZ = (0.7, 1.9)
"""A phantom target jitters in place and does not go away (reported for LD2450 boards)."""

_CROSS_SECTION_FAN = 0.5
_CROSS_SECTION_CURTAIN = 0.3
_CROSS_SECTION_GHOST = 0.8
_CROSS_SECTION_IMAGE = 0.15
"""What is left of a person after one bounce off a wall (chosen)."""

_IMAGE_SPEED_M_S = 0.3
"""Slower than this the image drowns in the static echo of the wall (chosen)."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """A thing that stays where it is."""

    thing: Thing
    phase: tuple[float, float]

    @property
    def rooms(self) -> frozenset[str]:
        """The one room in which it stands."""
        return frozenset((self.thing.room,))

    @property
    def kind(self) -> Kind:
        """A ghost is nowhere but in the radar."""
        return Kind.PHANTOM if self.thing.kind == "ghost" else Kind.THING

    @property
    def cross_section(self) -> float:
        """How much it reflects, 1 for an adult."""
        return {
            "fan": _CROSS_SECTION_FAN,
            "curtain": _CROSS_SECTION_CURTAIN,
            "ghost": _CROSS_SECTION_GHOST,
        }[self.thing.kind]

    def states(self, room: str, t: Floats) -> States:
        """How it is at the times t, as seen in one room."""
        there = _within(self.thing, room, t)
        if self.thing.kind == "fan":
            return self._fan(there, t)
        if self.thing.kind == "curtain":
            return self._curtain(there, t)
        return self._ghost(there, t)

    def _fan(self, there: Flags, t: Floats) -> States:
        angle = 2 * math.pi * _FAN_HZ * t + self.phase[0]
        x, y = self.thing.at
        return lifeless(
            there,
            x + _FAN_RADIUS_M * np.cos(angle),
            y + _FAN_RADIUS_M * np.sin(angle),
            -_FAN_BLADE_M_S * np.sin(angle),
            _FAN_BLADE_M_S * np.cos(angle),
        )

    def _curtain(self, there: Flags, t: Floats) -> States:
        """Swings across its own line; the part that swings most wanders slowly along it."""
        (x0, y0), (x1, y1) = self.thing.at, self.thing.to
        ux, uy = _unit(self.thing)
        along, across = (2 * math.pi * hz for hz in _CURTAIN_HZ)
        share = 0.5 + 0.3 * np.sin(along / 5 * t + self.phase[1])
        first, second = along * t + self.phase[0], across * t + self.phase[1]
        swing = _CURTAIN_SWING_M * (np.sin(first) + np.sin(second)) / 2
        speed = _CURTAIN_SWING_M * (along * np.cos(first) + across * np.cos(second)) / 2
        return lifeless(
            there,
            x0 + (x1 - x0) * share - uy * swing,
            y0 + (y1 - y0) * share + ux * swing,
            -uy * speed,
            ux * speed,
        )

    def _ghost(self, there: Flags, t: Floats) -> States:
        x, y = self.thing.at
        first, second = (
            2 * math.pi * hz * t + phase for hz, phase in zip(_GHOST_HZ, self.phase, strict=True)
        )
        nothing = np.zeros_like(t)
        return lifeless(
            there,
            x + _GHOST_JITTER_M * np.sin(first),
            y + _GHOST_JITTER_M * np.sin(second),
            nothing,
            nothing,
        )


@dataclass(frozen=True, slots=True)
class Image:
    """Somebody mirrored by a wall: the second way of the wave, seen only while he moves."""

    thing: Thing
    original: Body

    @property
    def rooms(self) -> frozenset[str]:
        """The room of the wall."""
        return frozenset((self.thing.room,)) & self.original.rooms

    @property
    def kind(self) -> Kind:
        """An image is no phantom: it moves like the original, noise and all."""
        return Kind.THING

    @property
    def cross_section(self) -> float:
        """What is left after the bounce."""
        return _CROSS_SECTION_IMAGE * self.original.cross_section

    def states(self, room: str, t: Floats) -> States:
        """How it is at the times t, as seen in one room."""
        seen = self.original.states(room, t)
        moving = np.hypot(seen.vx, seen.vy) > _IMAGE_SPEED_M_S
        x, y = _mirror(self.thing, seen.x, seen.y, self.thing.at)
        vx, vy = _mirror(self.thing, seen.vx, seen.vy, (0.0, 0.0))
        return lifeless(seen.there & moving & _within(self.thing, room, t), x, y, vx, vy)


def make_things(
    things: tuple[Thing, ...], walkers: list[Body], rng: np.random.Generator
) -> list[Body]:
    """All fixtures, and an image of everybody in every mirroring wall."""
    bodies: list[Body] = []
    for thing in things:
        first, second = rng.uniform(0.0, 2 * math.pi, 2)
        if thing.kind == "mirror":
            bodies += [Image(thing, walker) for walker in walkers if thing.room in walker.rooms]
        else:
            bodies.append(Fixture(thing, (float(first), float(second))))
    return bodies


def _within(thing: Thing, room: str, t: Floats) -> Flags:
    return (t >= thing.start) & (t < thing.end) & (room == thing.room)


def _unit(thing: Thing) -> tuple[float, float]:
    length = math.dist(thing.at, thing.to)
    return (thing.to[0] - thing.at[0]) / length, (thing.to[1] - thing.at[1]) / length


def _mirror(thing: Thing, x: Floats, y: Floats, origin: Point) -> tuple[Floats, Floats]:
    """The reflection of points about the line through origin along the wall."""
    ux, uy = _unit(thing)
    rx, ry = x - origin[0], y - origin[1]
    along = rx * ux + ry * uy
    return origin[0] + 2 * along * ux - rx, origin[1] + 2 * along * uy - ry
