"""Scenarios: what is simulated, as JSON that people write and as values that the rest reads.

    {"description", "seed", "duration", "loop", "hour",
     "house": {…}                                          as a service's configuration has it
     "plans": [{"room", "outline", "door", "temperature", "humidity", "daylight", "lamp"}],
     "actors": [{"id", "kind": "person", "breaths_per_minute", "chest_mm",
                 "script": [{"do", "at", "room", "to", "for"}]},
                {"id", "kind": "pet", "room", "from", "until"}],
     "things": [{"kind": "fan" | "curtain" | "ghost" | "mirror",
                 "room", "at", "to", "from", "until"}],
     "nodes": [{"id", "room", "model", "drift_ppm", "sntp", "open",
                "sensors": [{"kind", "stream", "form", "phantoms"}]}],
     "nights": [{"node", "person", "bed", "family", "seed", "hours",
                 "activity": "lying" | "reading" | "watching", "trips"}],
     "faults": [{"kind", "node", "at", "for", "amount"}]}

Times are seconds since the beginning, positions metres in room coordinates.
"""

from dataclasses import dataclass
import json
from pathlib import Path

from ..core.document import Reader
from ..core.house import House, HouseError, house_from_json
from ..core.snapshot import Json
from .parts import Fault, NightSpec, NodeSpec, Person, Pet, Plan, ScenarioError, Thing
from .parts_json import (
    BED_RADARS,
    no_twins,
    read_fault,
    read_night,
    read_node,
    read_person,
    read_pet,
    read_plans,
    read_thing,
)

_FOLDER = Path(__file__).parent / "scenarios"

_LONGEST_S = 31 * 86400.0
"""A month, so that a slip of the pen does not fill the memory with breaths."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a simulation needs. `hour` is the local time of day at the beginning."""

    name: str
    description: str
    seed: int
    duration: float
    hour: float
    loop: bool
    house: House
    plans: tuple[Plan, ...]
    people: tuple[Person, ...] = ()
    pets: tuple[Pet, ...] = ()
    things: tuple[Thing, ...] = ()
    nodes: tuple[NodeSpec, ...] = ()
    faults: tuple[Fault, ...] = ()
    nights: tuple[NightSpec, ...] = ()

    def plan(self, room: str) -> Plan:
        """The plan of a room that the scenario has."""
        return next(plan for plan in self.plans if plan.room == room)


def scenario_names() -> list[str]:
    """The names of the scenarios that come with the package."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def load_scenario(name_or_path: str) -> Scenario:
    """One of the shipped scenarios by name, or a file. Raises ScenarioError."""
    shipped = name_or_path in scenario_names()
    path = _FOLDER / f"{name_or_path}.json" if shipped else Path(name_or_path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(
            f"there is no scenario {name_or_path!r}: give a file or one of "
            + ", ".join(scenario_names())
        ) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{name_or_path} is not a text file") from error
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"{name_or_path} is not JSON: {error}") from error
    return scenario_from_json(document, path.stem)


def scenario_from_json(document: Json, name: str) -> Scenario:
    """Read a scenario; unknown keys are errors here. Raises ScenarioError."""
    reader = Reader(document, "scenario", ScenarioError)
    try:
        house = house_from_json(reader.raw("house"))
    except HouseError as error:
        raise ScenarioError(f"scenario, {error}") from error
    duration = reader.number("duration", low=1.0, high=_LONGEST_S)
    rooms = tuple(room.id for room in house.rooms)
    nodes = tuple(read_node(each, house) for each in reader.objects("nodes"))
    people: list[Person] = []
    pets: list[Pet] = []
    for actor in reader.objects("actors"):
        if actor.choice("kind", ("person", "pet"), "person") == "person":
            people.append(read_person(actor, rooms))
        else:
            pets.append(read_pet(actor, rooms, duration))
    scenario = Scenario(
        name=name,
        description=reader.text("description"),
        seed=int(reader.number("seed", 0.0, low=0.0)),
        duration=duration,
        hour=reader.number("hour", 12.0, low=0.0, high=24.0),
        loop=reader.flag("loop"),
        house=house,
        plans=read_plans(reader, rooms),
        people=tuple(people),
        pets=tuple(pets),
        things=tuple(read_thing(each, rooms, duration) for each in reader.objects("things")),
        nodes=nodes,
        faults=tuple(
            read_fault(each, tuple(node.id for node in nodes), duration)
            for each in reader.objects("faults")
        ),
        nights=tuple(
            read_night(each, tuple(node.id for node in nodes)) for each in reader.objects("nights")
        ),
    )
    reader.done()
    _check(scenario)
    return scenario


def _check(scenario: Scenario) -> None:
    ids = [node.id for node in scenario.nodes]
    no_twins("nodes", ids)
    no_twins("actors", [each.id for each in scenario.people] + [each.id for each in scenario.pets])
    no_twins("nights (node)", [each.node for each in scenario.nights])
    for night in scenario.nights:
        node = next(node for node in scenario.nodes if node.id == night.node)
        if not any(sensor.kind in BED_RADARS for sensor in node.sensors):
            raise ScenarioError(f"nights: node {node.id} has no radar over a bed")
    if not scenario.loop:
        return
    if scenario.nights:
        raise ScenarioError("nights: a scenario with a night cannot loop")
    for person in scenario.people:
        if person.script and person.script[-1].action != "leave":
            raise ScenarioError(
                f"actor {person.id}: in a scenario that loops the script must end with leave"
            )
