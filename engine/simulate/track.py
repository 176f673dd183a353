"""The path of a walker: legs of straight walking with limited acceleration, and rests between.

Every leg starts and ends at rest: speed rises at constant acceleration, stays and falls (a
trapezoid), so that neither speed nor acceleration ever exceeds what the gait allows.
"""

from dataclasses import dataclass
from enum import IntEnum
import math

import numpy as np

from ..core.house import Point
from .body import Flags, Floats


class Pose(IntEnum):
    """What the body does during a segment."""

    AWAY = 0
    STANDING = 1
    WALKING = 2
    SITTING = 3
    LYING = 4


@dataclass(frozen=True, slots=True)
class Gait:
    """How somebody walks: cruising speed m/s and acceleration m/s²."""

    speed: float
    acceleration: float


@dataclass(frozen=True, slots=True)
class Segment:
    """From `start` (seconds) until the next one: a rest, or one straight leg of `length` metres."""

    start: float
    room: str | None
    pose: Pose
    x: float
    y: float
    length: float = 0.0
    ux: float = 0.0
    uy: float = 0.0
    peak: float = 0.0
    ramp: float = 0.0
    duration: float = 0.0


class TrackBuilder:
    """Lays segments one after the other."""

    def __init__(self) -> None:
        self.segments = [Segment(0.0, None, Pose.AWAY, 0.0, 0.0)]
        self.t = 0.0

    def rest(self, pose: Pose, room: str | None, at: Point) -> None:
        """From now on the body rests here."""
        self.segments.append(Segment(self.t, room, pose, *at))

    def walk(self, room: str, start: Point, end: Point, gait: Gait) -> None:
        """One straight leg; afterwards it is as much later as the leg takes."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = math.hypot(dx, dy)
        if length == 0.0:
            return
        peak = min(gait.speed, math.sqrt(length * gait.acceleration))
        ramp = peak / gait.acceleration
        duration = ramp + length / peak
        self.segments.append(
            Segment(
                start=self.t,
                room=room,
                pose=Pose.WALKING,
                x=start[0],
                y=start[1],
                length=length,
                ux=dx / length,
                uy=dy / length,
                peak=peak,
                ramp=ramp,
                duration=duration,
            )
        )
        self.t += duration

    def build(self) -> Track:
        """The finished track."""
        return Track(tuple(self.segments))


class Track:
    """All segments of one body as arrays, so that any times can be looked up at once."""

    def __init__(self, segments: tuple[Segment, ...]) -> None:
        self.segments = segments
        self.rooms = frozenset(each.room for each in segments if each.room is not None)
        self.starts: Floats = np.array([each.start for each in segments])
        self.poses = np.array([each.pose for each in segments])
        self._inside = {
            room: np.array([each.room == room for each in segments]) for room in self.rooms
        }
        self._x = np.array([each.x for each in segments])
        self._y = np.array([each.y for each in segments])
        self._length = np.array([each.length for each in segments])
        self._ux = np.array([each.ux for each in segments])
        self._uy = np.array([each.uy for each in segments])
        self._peak = np.array([each.peak for each in segments])
        self._ramp = np.array([max(each.ramp, 1e-9) for each in segments])
        self._duration = np.array([each.duration for each in segments])

    def where(self, room: str, t: Floats) -> tuple[Flags, Floats, Floats, Floats, Floats, Floats]:
        """Presence in the room, x, y, speed along x and along y, and pose at the times t."""
        k = np.maximum(np.searchsorted(self.starts, t, side="right") - 1, 0)
        u, total, ramp, peak = t - self.starts[k], self._duration[k], self._ramp[k], self._peak[k]
        left = total - u
        rising, falling = np.minimum(u, ramp), np.clip(left, 0.0, ramp)
        speed = np.where(left > 0, peak * np.minimum(rising, falling) / ramp, 0.0)
        cruised = np.clip(u - ramp, 0.0, np.maximum(total - 2 * ramp, 0.0))
        braked = ramp - falling
        way = peak * (rising**2 / 2 + cruised * ramp + braked * (ramp - braked / 2)) / ramp
        way = np.where(left > 0, way, self._length[k])
        there = self._inside[room][k] if room in self._inside else np.zeros(t.shape, bool)
        ux, uy = self._ux[k], self._uy[k]
        x, y = self._x[k] + ux * way, self._y[k] + uy * way
        return there, x, y, ux * speed, uy * speed, self.poses[k]
