"""Reading the parts of a scenario from JSON. All functions raise ScenarioError."""

from collections.abc import Iterator
import math

from ..core.document import Reader
from ..core.house import House
from .parts import (
    Fault,
    NightSpec,
    NodeSpec,
    Person,
    Pet,
    Plan,
    ScenarioError,
    SensorSpec,
    Step,
    Thing,
)

ACTIONS = ("enter", "walk", "stand", "sit", "lie", "leave")
THINGS = ("fan", "curtain", "ghost", "mirror")
SENSORS = ("ld2450", "ld2410", "mr60bha2", "c1001", "breath", "pir", "environment")
BED_RADARS = ("mr60bha2", "c1001", "breath")
FAMILIES = ("train", "test")
ACTIVITIES = ("lying", "reading", "watching")
FAULTS = ("reboot", "flap", "duplicate", "lose", "flood", "skew", "silent")

_STREAMS = {"pir": "pir", "environment": "env", "breath": "breath"}
_AMOUNTS = {"duplicate": 0.2, "lose": 0.1, "flood": 200.0, "skew": 90.0, "flap": 20.0}
"""What `amount` is for a fault that does not say: see Fault."""

_FORMS = {"ld2450": ("raw", "json"), "ld2410": ("engineering", "basic")}


def no_twins(what: str, ids: list[str]) -> None:
    """Refuse an id that occurs twice."""
    for each in ids:
        if ids.count(each) > 1:
            raise ScenarioError(f"{what}: two have the id {each!r}; give each its own")


def read_plans(reader: Reader, rooms: tuple[str, ...]) -> tuple[Plan, ...]:
    """The plans of all rooms, of which each must have one."""
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


def read_person(reader: Reader, rooms: tuple[str, ...]) -> Person:
    """A person and what he does."""
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


def read_pet(reader: Reader, rooms: tuple[str, ...], duration: float) -> Pet:
    """A pet; without times it stays from beginning to end."""
    pet = Pet(
        id=reader.identifier("id"),
        room=reader.choice("room", rooms),
        start=reader.number("from", 0.0, low=0.0),
        end=reader.number("until", duration, low=0.0),
    )
    reader.done()
    return pet


def read_thing(reader: Reader, rooms: tuple[str, ...], duration: float) -> Thing:
    """A thing; without times it is always there."""
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


def read_node(reader: Reader, house: House) -> NodeSpec:
    """A node, which the house must mount in the room that it names."""
    sensors = tuple(_sensor(each) for each in reader.objects("sensors"))
    if not sensors:
        raise ScenarioError(f"{reader.place}: sensors must list at least one sensor")
    no_twins(f"{reader.place}, sensors (stream)", [each.stream for each in sensors])
    node = NodeSpec(
        id=reader.identifier("id"),
        room=reader.choice("room", tuple(room.id for room in house.rooms)),
        model=reader.text("model", sensors[0].kind),
        sensors=sensors,
        drift_ppm=reader.number("drift_ppm", 0.0, low=-500.0, high=500.0),
        sntp=reader.flag("sntp", default=True),
        open=reader.flag("open"),
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


def read_night(reader: Reader, nodes: tuple[str, ...]) -> NightSpec:
    """A night before one of the nodes."""
    night = NightSpec(
        node=reader.choice("node", nodes),
        person=reader.identifier("person"),
        bed=reader.point("bed"),
        family=reader.choice("family", FAMILIES, FAMILIES[0]),
        seed=int(reader.number("seed", 0.0, low=0.0)),
        hours=reader.number("hours", 7.5, low=0.5, high=14.0),
        activity=reader.choice("activity", ACTIVITIES, ACTIVITIES[0]),
        trips=int(reader.number("trips", 0.0, low=0.0, high=5.0)),
    )
    reader.done()
    return night


def read_fault(reader: Reader, nodes: tuple[str, ...], duration: float) -> Fault:
    """A fault; without `for` it lasts to the end."""
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
