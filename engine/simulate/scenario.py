"""Scenarios: what is simulated, as JSON that people write and as values that the rest reads.

    {"description", "seed", "duration", "loop", "hour",
     "house": {…}                                          as a service's configuration has it
     "plans": [{"room", "outline", "door", "temperature", "humidity", "daylight", "lamp"}],
     "actors": [{"id", "kind": "person", "breaths_per_minute", "chest_mm",
                 "script": [{"do", "at", "room", "to", "for"}]},
                {"id", "kind": "pet", "room", "from", "to"}],
     "things": [{"kind": "fan" | "curtain" | "ghost" | "mirror", "room", "at", "to", …}],
     "nodes": [{"id", "room", "model", "drift_ppm", "sntp", "sensors": [{"kind", …}]}],
     "faults": [{"kind", "node", "at", "for", …}]}

Times are seconds since the beginning, positions metres in room coordinates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import json
import math
from pathlib import Path

from ..core.house import House, HouseError, house_from_json
from ..core.snapshot import Json
from .document import Point, Reader, ScenarioError

_FOLDER = Path(__file__).parent / "scenarios"

_DAY_S = 86400.0
_LONGEST_S = 31 * _DAY_S

ACTIONS = ("enter", "walk", "stand", "sit", "lie", "leave")
THINGS = ("fan", "curtain", "ghost", "mirror")
SENSORS = ("ld2450", "ld2410", "mr60bha2", "c1001", "breath", "pir", "environment")
FAULTS = ("reboot", "flap", "duplicate", "lose", "flood", "skew", "silent")

_STREAMS = {"pir": "pir", "environment": "env", "breath": "breath"}
_FORMS = {"ld2450": ("raw", "json"), "ld2410": ("engineering", "basic")}


@dataclass(frozen=True, slots=True)
class Plan:
    """The shape of a room and what its air and light are like when nobody is in it.

    `outline` is a polygon and `door` where people come in; temperature degrees Celsius,
    humidity percent, `daylight` lux at noon, `lamp` lux while somebody is up.
    """

    room: str
    outline: tuple[Point, ...]
    door: Point
    temperature: float = 20.5
    humidity: float = 45.0
    daylight: float = 250.0
    lamp: float = 120.0

    @property
    def area(self) -> float:
        """Square metres, by the shoelace formula."""
        corners = zip(self.outline, (*self.outline[1:], self.outline[0]), strict=True)
        return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in corners)) / 2


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script: what to do, not before `at`, along the points `to`, for how long."""

    action: str
    at: float
    room: str | None
    to: tuple[Point, ...]
    duration: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a script. `chest_mm` is the peak-to-peak movement of the chest."""

    id: str
    script: tuple[Step, ...]
    breaths_per_minute: float
    heart_rate: float
    chest_mm: float


@dataclass(frozen=True, slots=True)
class Pet:
    """A cat or small dog that roams one room from `start` to `end`."""

    id: str
    room: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Thing:
    """What moves and is nobody. `to` is the far end of a mirroring wall or of a curtain."""

    kind: str
    room: str
    at: Point
    to: Point
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class SensorSpec:
    """One sensor on a node, the stream it speaks on and the form of what it says."""

    kind: str
    stream: str
    form: str
    phantoms: bool


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """One node. `drift_ppm` is how fast its uptime runs ahead; `sntp` gives its samples a t."""

    id: str
    room: str
    model: str
    sensors: tuple[SensorSpec, ...]
    drift_ppm: float
    sntp: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a node in [start, end).

    `amount` is the probability for `duplicate` and `lose`, messages per second for `flood`,
    seconds for `skew` and the seconds between two drops for `flap`.
    """

    kind: str
    node: str
    start: float
    end: float
    amount: float


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
    reader = Reader(document, "scenario")
    try:
        house = house_from_json(reader.raw("house"))
    except HouseError as error:
        raise ScenarioError(f"scenario, house: {error}") from error
    duration = reader.number("duration", low=1.0, high=_LONGEST_S)
    rooms = tuple(room.id for room in house.rooms)
    nodes = tuple(_node(each, house) for each in reader.objects("nodes"))
    people: list[Person] = []
    pets: list[Pet] = []
    for actor in reader.objects("actors"):
        if actor.choice("kind", ("person", "pet"), "person") == "person":
            people.append(_person(actor, rooms))
        else:
            pets.append(_pet(actor, rooms, duration))
    scenario = Scenario(
        name=name,
        description=reader.text("description"),
        seed=int(reader.number("seed", 0.0, low=0.0)),
        duration=duration,
        hour=reader.number("hour", 12.0, low=0.0, high=24.0),
        loop=reader.flag("loop"),
        house=house,
        plans=_plans(reader, rooms),
        people=tuple(people),
        pets=tuple(pets),
        things=tuple(_thing(each, rooms, duration) for each in reader.objects("things")),
        nodes=nodes,
        faults=tuple(
            _fault(each, tuple(node.id for node in nodes), duration)
            for each in reader.objects("faults")
        ),
    )
    reader.done()
    _check(scenario)
    return scenario


def _check(scenario: Scenario) -> None:
    ids = [node.id for node in scenario.nodes]
    _no_twins("nodes", ids)
    _no_twins("actors", [each.id for each in scenario.people] + [each.id for each in scenario.pets])
    if not scenario.loop:
        return
    for person in scenario.people:
        if person.script and person.script[-1].action != "leave":
            raise ScenarioError(
                f"actor {person.id}: in a scenario that loops the script must end with leave"
            )


def _no_twins(what: str, ids: list[str]) -> None:
    for each in ids:
        if ids.count(each) > 1:
            raise ScenarioError(f"{what}: two have the id {each!r}; give each its own")


def _plans(reader: Reader, rooms: tuple[str, ...]) -> tuple[Plan, ...]:
    plans = tuple(_plan(each, rooms) for each in reader.objects("plans"))
    missing = set(rooms) - {plan.room for plan in plans}
    if missing:
        raise ScenarioError(f"plans: room {min(missing)!r} has no plan")
    return plans


def _plan(reader: Reader, rooms: tuple[str, ...]) -> Plan:
    plan = Plan(
        room=reader.choice("room", rooms),
        outline=reader.points("outline"),
        door=reader.point("door"),
        temperature=reader.number("temperature", 20.5, low=-20.0, high=50.0),
        humidity=reader.number("humidity", 45.0, low=0.0, high=100.0),
        daylight=reader.number("daylight", 250.0, low=0.0, high=100_000.0),
        lamp=reader.number("lamp", 120.0, low=0.0, high=10_000.0),
    )
    reader.done()
    if len(plan.outline) < 3:
        raise ScenarioError(f"{reader.place}: outline needs at least three corners")
    return plan


def _person(reader: Reader, rooms: tuple[str, ...]) -> Person:
    person = Person(
        id=reader.identifier("id"),
        script=tuple(_steps(reader, rooms)),
        breaths_per_minute=reader.number("breaths_per_minute", 14.0, low=4.0, high=40.0),
        heart_rate=reader.number("heart_rate", 62.0, low=30.0, high=200.0),
        chest_mm=reader.number("chest_mm", 5.0, low=0.0, high=20.0),
    )
    reader.done()
    return person


def _steps(reader: Reader, rooms: tuple[str, ...]) -> Iterator[Step]:
    inside = False
    for each in reader.objects("script"):
        action = each.choice("do", ACTIONS)
        if (action == "enter") == inside:
            raise ScenarioError(
                f"{each.place}: "
                + ("leave first, to enter again" if inside else f"enter a room before {action}")
            )
        inside = action != "leave"
        yield Step(
            action=action,
            at=each.number("at", 0.0, low=0.0),
            room=each.choice("room", rooms) if action == "enter" else None,
            to=() if action in ("enter", "leave") else each.points("to"),
            duration=each.number("for", 0.0, low=0.0),
        )
        each.done()


def _pet(reader: Reader, rooms: tuple[str, ...], duration: float) -> Pet:
    pet = Pet(
        id=reader.identifier("id"),
        room=reader.choice("room", rooms),
        start=reader.number("from", 0.0, low=0.0),
        end=reader.number("until", duration, low=0.0),
    )
    reader.done()
    return pet


def _thing(reader: Reader, rooms: tuple[str, ...], duration: float) -> Thing:
    kind = reader.choice("kind", THINGS)
    at = reader.point("at")
    thing = Thing(
        kind=kind,
        room=reader.choice("room", rooms),
        at=at,
        to=reader.point("to") if kind in ("curtain", "mirror") else at,
        start=reader.number("from", 0.0, low=0.0),
        end=reader.number("until", duration, low=0.0),
    )
    reader.done()
    if kind in ("curtain", "mirror") and math.dist(thing.at, thing.to) == 0.0:
        raise ScenarioError(f"{reader.place}: at and to are the ends of the {kind} and must differ")
    return thing


def _node(reader: Reader, house: House) -> NodeSpec:
    sensors = tuple(_sensor(each) for each in reader.objects("sensors"))
    if not sensors:
        raise ScenarioError(f"{reader.place}: sensors must list at least one sensor")
    _no_twins(f"{reader.place}, sensors (stream)", [each.stream for each in sensors])
    node = NodeSpec(
        id=reader.identifier("id"),
        room=reader.choice("room", tuple(room.id for room in house.rooms)),
        model=reader.text("model", sensors[0].kind),
        sensors=sensors,
        drift_ppm=reader.number("drift_ppm", 0.0, low=-500.0, high=500.0),
        sntp=reader.flag("sntp", default=True),
    )
    reader.done()
    mounted = house.room_of(node.id)
    if mounted is None or mounted.id != node.room:
        raise ScenarioError(f"{reader.place}: node {node.id} is not mounted in room {node.room}")
    return node


def _sensor(reader: Reader) -> SensorSpec:
    kind = reader.choice("kind", SENSORS)
    forms = _FORMS.get(kind, ("plain",))
    sensor = SensorSpec(
        kind=kind,
        stream=reader.identifier("stream", _STREAMS.get(kind, "radar")),
        form=reader.choice("form", forms, forms[0]),
        phantoms=reader.flag("phantoms"),
    )
    reader.done()
    return sensor


_AMOUNTS = {"duplicate": 0.2, "lose": 0.1, "flood": 200.0, "skew": 90.0, "flap": 20.0}


def _fault(reader: Reader, nodes: tuple[str, ...], duration: float) -> Fault:
    kind = reader.choice("kind", FAULTS)
    start = reader.number("at", low=0.0)
    high = 1.0 if kind in ("duplicate", "lose") else math.inf
    low = -math.inf if kind == "skew" else 0.0
    fault = Fault(
        kind=kind,
        node=reader.choice("node", nodes),
        start=start,
        end=start + reader.number("for", duration, low=0.0),
        amount=reader.number("amount", _AMOUNTS.get(kind, 0.0), low=low, high=high),
    )
    reader.done()
    return fault
