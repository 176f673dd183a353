"""Nights in a scenario: who walks through its rooms, and what the radar over the bed says."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from ...core.house import Mount
from ..parts import Person, SensorSpec, Step
from ..parts_json import BED_RADARS
from ..scenario import Scenario
from ..world import World
from .course import Doing
from .family import FamilyName
from .night import Night, Order, draw_night
from .played import PlayedRadar

_WAY_IN_S = 5.0
"""About how long it takes from a door to a bed."""
_BREATHS, _HEART, _CHEST_MM = 14.0, 58.0, 4.0
"""What other sensors of the room see of the chest; the bed's radar has the night's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Play:
    """A night, and the person of the scenario who spends it."""

    night: Night
    person: Person

    def radar(
        self, spec: SensorSpec, mount: Mount, world: World, rng: np.random.Generator
    ) -> PlayedRadar:
        """The radar over the bed."""
        return PlayedRadar(self.night.told, spec, mount, world, rng)


def plays(scenario: Scenario) -> dict[str, Play]:
    """The nights of a scenario by node."""
    found: dict[str, Play] = {}
    for spec in scenario.nights:
        node = next(node for node in scenario.nodes if node.id == spec.node)
        radar = next(sensor for sensor in node.sensors if sensor.kind in BED_RADARS)
        order = Order(
            module=radar.kind,
            hours=spec.hours,
            activity=Doing[spec.activity.upper()],
            trips=spec.trips,
            faults=False,
        )
        night = draw_night(spec.seed, cast("FamilyName", spec.family), order)
        script = tuple(_script(night, node.room, spec.bed))
        person = Person(spec.person, script, _BREATHS, _HEART, _CHEST_MM)
        found[spec.node] = Play(night, person)
    return found


def _script(night: Night, room: str, bed: tuple[float, float]) -> list[Step]:
    """In, to bed, and out again, as often as the night has it."""
    spent = night.owner
    if spent is None:
        return []
    comings = [spent.bed, *(end for _, end in spent.trips)]
    goings = [*(start for start, _ in spent.trips), spent.up]
    steps: list[Step] = []
    for come, go in zip(comings, goings, strict=True):
        enter = come - _WAY_IN_S
        steps.append(Step("enter", enter, room, (), 0.0))
        steps.append(Step("lie", enter, None, (bed,), max(0.0, go - come)))
        steps.append(Step("leave", go, None, (), 0.0))
    return steps
