"""People and pets: scripts turned into paths, with sway, fidgets, breathing and turning over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
import math

import numpy as np

from ..core.house import Point
from .body import Floats, Kind, States
from .parts import Person, Pet, Plan, ScenarioError, Step
from .rhythm import Breathing, Stirrings
from .scenario import Scenario
from .track import Gait, Pose, Track, TrackBuilder

_WALK_SPEED = (1.0, 0.1)
"""Mean and spread of walking speed at home, m/s: below the comfortable 1.3-1.4 m/s of adults
measured in the open (Bohannon, Age and Ageing 26, 1997), because rooms are short (chosen)."""

_WALK_ACCELERATION = 1.2
"""m/s², so that full speed takes about a step and a half (chosen)."""

_PET_SPEED = (0.8, 0.35)
_PET_ACCELERATION = 2.5
"""A cat about the house: between a stroll and a trot, quick to start (chosen)."""

_PET_REST_S = 25.0
"""Mean time between two walks of a pet (chosen)."""

_SWAY_MM = {Pose.STANDING: 6.0, Pose.WALKING: 15.0, Pose.SITTING: 2.0}
"""Amplitude of the trunk's sway: standing as in posturography, some mm; walking sideways with
each stride; seated little. Lying bodies do not sway."""

_SWAY_HZ = (0.28, 0.9)
"""Slow postural drift, and the stride (two steps) of walking."""

_FIDGETS_PER_MINUTE = {Pose.SITTING: 1.0, Pose.STANDING: 4.0, Pose.LYING: 1 / 12}
"""Reaching and shifting while seated or standing (chosen). Lying: about one movement every
twelve minutes, of the order of the two to four changes of posture an hour, with smaller movements
between them, of healthy sleepers (De Koninck and others, Sleep 15, 1992)."""

_FIDGET_REACH_M = {Pose.SITTING: 0.08, Pose.STANDING: 0.10, Pose.LYING: 0.12}
"""How far the trunk goes at most, metres (chosen)."""

_FIDGET_S = {Pose.SITTING: (0.8, 2.5), Pose.STANDING: (0.5, 2.0), Pose.LYING: (2.0, 6.0)}
"""How long one movement takes, seconds (chosen)."""

_SETTLE_S = {Pose.SITTING: 3.0, Pose.LYING: 8.0}
"""How long somebody arranges himself after sitting or lying down (chosen)."""

_HEART_MM = 0.3
"""Peak-to-peak movement of the chest by the heart, within 0.2-0.5 mm (Droitcour, thesis,
Stanford, 2006)."""

_CROSS_SECTION_PERSON = 1.0
_CROSS_SECTION_PET = 0.12
"""A cat against an adult, by the area that it shows (chosen)."""


@dataclass(frozen=True, slots=True, eq=False)
class Walker:
    """A person or a pet in motion. `breathing` is None for a pet, whose chest nothing sees."""

    id: str
    track: Track
    stirrings: Stirrings
    sway_phase: tuple[float, float]
    cross_section: float
    breathing: Breathing | None
    heart_rate: float

    @property
    def kind(self) -> Kind:
        """A person breathes, a pet does not as far as anything sees."""
        return Kind.PET if self.breathing is None else Kind.PERSON

    @property
    def rooms(self) -> frozenset[str]:
        """The rooms in which it ever is."""
        return self.track.rooms

    def states(self, room: str, t: Floats) -> States:
        """How it is at the times t, as seen in one room."""
        there, x, y, vx, vy, pose = self.track.where(room, t)
        dx, dy, dvx, dvy, activity = self.stirrings.at(t)
        sway = _SWAY_M[pose]
        slow, quick = (2 * math.pi * hz for hz in _SWAY_HZ)
        x = x + dx + sway * np.sin(slow * t + self.sway_phase[0])
        y = y + dy + sway * np.sin(quick * t + self.sway_phase[1])
        vx = vx + dvx + sway * slow * np.cos(slow * t + self.sway_phase[0])
        vy = vy + dvy + sway * quick * np.cos(quick * t + self.sway_phase[1])
        return States(there, x, y, vx, vy, activity, self.chest(t), pose == Pose.LYING)

    def chest(self, t: Floats) -> Floats:
        """Displacement of the chest by breathing alone, mm."""
        return np.zeros_like(t) if self.breathing is None else self.breathing.chest(t)

    def heart(self, t: Floats) -> Floats:
        """Displacement of the chest by the heart, mm."""
        return _HEART_MM / 2 * np.sin(2 * math.pi * self.heart_rate / 60.0 * t)


_SWAY_M = np.array([_SWAY_MM.get(pose, 0.0) / 1000.0 for pose in Pose])


def make_person(person: Person, scenario: Scenario, rng: np.random.Generator) -> Walker:
    """Somebody who follows a script. Raises ScenarioError where it does not fit the time."""
    gait = Gait(max(0.6, rng.normal(*_WALK_SPEED)), _WALK_ACCELERATION)
    builder = TrackBuilder()
    actor = _Actor(builder, gait, scenario.plan)
    for step in person.script:
        actor.follow(step)
    if scenario.loop and builder.t > scenario.duration:
        raise ScenarioError(
            f"actor {person.id}: the script takes {builder.t:.0f} s, "
            f"longer than the {scenario.duration:.0f} s after which the scenario loops"
        )
    track = builder.build()
    return Walker(
        id=person.id,
        track=track,
        stirrings=_stirrings(track, scenario.duration, rng),
        sway_phase=_phases(rng),
        cross_section=_CROSS_SECTION_PERSON,
        breathing=Breathing(rng, person.breaths_per_minute, person.chest_mm, scenario.duration),
        heart_rate=person.heart_rate,
    )


def make_pet(pet: Pet, plan: Plan, rng: np.random.Generator) -> Walker:
    """An animal that walks from place to place, rests, and walks on."""
    low, high = np.min(plan.outline, axis=0) + 0.3, np.max(plan.outline, axis=0) - 0.3
    builder = TrackBuilder()
    builder.t = pet.start
    place = plan.door
    while builder.t < pet.end:
        x, y = rng.uniform(low, high)
        gait = Gait(max(0.25, rng.normal(*_PET_SPEED)), _PET_ACCELERATION)
        builder.walk(pet.room, place, (x, y), gait)
        place = (x, y)
        builder.rest(Pose.STANDING, pet.room, place)
        builder.t += rng.exponential(_PET_REST_S)
    builder.t = pet.end
    builder.rest(Pose.AWAY, None, place)
    nothing = np.empty(0)
    return Walker(
        id=pet.id,
        track=builder.build(),
        stirrings=Stirrings(nothing, nothing, nothing, nothing),
        sway_phase=_phases(rng),
        cross_section=_CROSS_SECTION_PET,
        breathing=None,
        heart_rate=0.0,
    )


@dataclass(slots=True)
class _Actor:
    """Where somebody is while the script is read."""

    builder: TrackBuilder
    gait: Gait
    plan: Callable[[str], Plan]
    room: str = ""
    place: Point = (0.0, 0.0)

    def follow(self, step: Step) -> None:
        builder = self.builder
        builder.t = max(builder.t, step.at)
        if step.action == "enter":
            self.room = step.room or ""
            self.place = self.plan(self.room).door
            builder.rest(Pose.STANDING, self.room, self.place)
            return
        way = (self.plan(self.room).door,) if step.action == "leave" else step.to
        for point in way:
            builder.walk(self.room, self.place, point, self.gait)
            self.place = point
        if step.action == "leave":
            builder.rest(Pose.AWAY, None, self.place)
        else:
            builder.rest(_POSES[step.action], self.room, self.place)
        builder.t += step.duration


_POSES = {
    "walk": Pose.STANDING,
    "stand": Pose.STANDING,
    "sit": Pose.SITTING,
    "lie": Pose.LYING,
}


def _phases(rng: np.random.Generator) -> tuple[float, float]:
    first, second = rng.uniform(0.0, 2 * math.pi, 2)
    return float(first), float(second)


def _stirrings(track: Track, duration: float, rng: np.random.Generator) -> Stirrings:
    rows = list(_fidgets(track, duration, rng))
    begin, length, reach_x, reach_y = np.array(rows).T if rows else np.empty((4, 0))
    return Stirrings(begin, length, reach_x, reach_y)


def _fidgets(
    track: Track, duration: float, rng: np.random.Generator
) -> Iterator[tuple[float, float, float, float]]:
    """Begin, length and reach along x and y of every small movement."""
    ends = [each.start for each in track.segments[1:]] + [duration]
    for segment, end in zip(track.segments, ends, strict=True):
        pose = segment.pose
        if pose not in _FIDGETS_PER_MINUTE:
            continue
        begin = segment.start
        settled = begin + _SETTLE_S.get(pose, 0.0)
        while True:
            pause = 60.0 / _FIDGETS_PER_MINUTE[pose] * rng.exponential()
            begin += rng.uniform(0.0, 0.5) if begin < settled else pause
            length = rng.uniform(*_FIDGET_S[pose])
            if begin + length >= end:
                break
            angle, reach = rng.uniform(0, 2 * math.pi), _FIDGET_REACH_M[pose] * rng.uniform(0.3, 1)
            yield begin, length, reach * math.cos(angle), reach * math.sin(angle)
            begin += length
