"""A simulated home in a real Home Assistant, set up the way a person would do it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
import json
from pathlib import Path
import re
import time

from halcyon.simulate.live import play
from halcyon.simulate.scenario import Scenario
from halcyon.simulate.simulation import Simulation

from . import lamp
from .broker import Broker
from .client import Client, Json, Members
from .dashboard import RoomView, SleeperView, dashboard
from .follow import Span, sampled, spans
from .hass import INTEGRATION, Hass
from .process import StageError, free_port, is_listening
from .speaker import Speaker, Visit

BOARD = "halcyon-demo"

_SPEAKER = ("living-3", "living-room")
"""Its name and where it asks to be."""

_DOOR_S = 2.0
_FAMILIAR_PORT = 8123
_ICONS = {"living-room": "mdi:sofa", "bedroom": "mdi:bed"}
_NODE_WITH_A_TONE = re.compile(r".+_node_([a-z0-9-]+)_carrier")
_ABOUT = re.compile(r".+_(room|sleeper)_[a-z0-9-]+_")
_NODE_PATIENCE_S = 30.0
_AIR_PATIENCE_S = 90.0

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Home:
    """A running Home Assistant with its broker, and the scenario that its nodes play."""

    hass: Hass
    broker: Broker
    scenario: Scenario
    say: Say


@dataclass(frozen=True, slots=True)
class Play:
    """What the nodes play, the unix time at which it began, and the speaker node beside them."""

    scenario: Scenario
    start: float
    speaker: Speaker


@asynccontextmanager
async def running(
    folder: Path, scenario: Scenario, say: Say, port: int | None = None
) -> AsyncIterator[Home]:
    """Start broker and Home Assistant; both end with the context."""
    ports = await asyncio.to_thread(_ports, folder, port, taken=await is_listening(_FAMILIAR_PORT))
    for name, number in ports.items():
        if await is_listening(number):
            raise StageError(
                f"port {number} of {name} is taken. Is another demo running? "
                "Otherwise choose one with --port, or start over with --fresh."
            )
    broker = Broker(folder / "broker", port=ports["broker"], persistence=True)
    hass = Hass(
        folder / "config", port=ports["hass"], name="Halcyon demo", extra=lamp.CONFIGURATION
    )
    hass.install(INTEGRATION)
    try:
        await broker.start()
        say("starting Home Assistant")
        await hass.start()
        yield Home(hass, broker, scenario, say)
    finally:
        hass.stop()
        broker.stop()


@asynccontextmanager
async def playing(home: Home, *, empty: bool = False) -> AsyncIterator[Play]:
    """Let the nodes speak. With `empty` nobody is at home.

    Every start is another seed, because a seed gives the boot ids of the nodes: with the same
    ids a second start would look like a replay of the first and be dropped.
    """
    visit = None if empty else _visit(home.scenario)
    speaker = Speaker(home.hass.folder.parent / "speaker", home.broker, *_SPEAKER, visit)
    await speaker.start()
    start = time.time()
    people = () if empty else home.scenario.people
    scenario = replace(home.scenario, seed=int(start * 1000), people=people)
    task = asyncio.create_task(play(scenario, home.broker.host, home.broker.port, start=start))
    try:
        yield Play(scenario, start, speaker)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        speaker.stop()


def _visit(scenario: Scenario) -> Visit:
    """When somebody is in the speaker node's room, by what the radars beside it see."""
    simulation, room = Simulation(scenario, 0.0), _SPEAKER[1]
    watched = Span(0.0, scenario.duration)
    truth = spans(sampled(lambda t: simulation.truth(t)[room].occupied, watched))
    first = truth[0]
    until = scenario.duration if first.end is None else first.end
    # Who has only just come in or is about to leave stands in the door.
    enters, stays = first.start + _DOOR_S, until - first.start - 2 * _DOOR_S
    return Visit(enters, min(stays, scenario.duration / 2), scenario.duration)


async def set_up(home: Home) -> bool:
    """Go the way of a person who has just installed the integration; done before, nothing.

    Add MQTT, confirm what Home Assistant discovers, and give every node its area. Gives whether
    anything was added.
    """
    async with home.hass.client() as client:
        if not await client.entries("mqtt"):
            home.say("setting up MQTT")
            await home.hass.set_up_mqtt(home.broker.host, home.broker.port)
        is_new = not await client.entries("halcyon")
        if is_new:
            await add_nodes(home, client)
        return is_new


async def add_nodes(home: Home, client: Client) -> None:
    """Confirm every node of the scenario, and the speaker node, as they are discovered."""
    for _ in range(len(home.scenario.nodes) + 1):
        home.say(f"added the node {await confirm_discovery(client)}")


async def confirm_discovery(client: Client) -> str:
    """Confirm the next node that was discovered, in the area that is suggested; its name."""
    step = await client.wait_for_discovery("halcyon", patience=_NODE_PATIENCE_S)
    node: str = step["description_placeholders"]["name"]
    answers = {
        field["name"]: value
        for field in step["data_schema"]
        if (value := _filled_in(field)) is not None
    }
    result = await client.answer_flow(step, **answers)
    if result["type"] == "form" or result.get("reason", "node_added") != "node_added":
        raise StageError(f"{node} could not be added: {result}")
    return node


async def call_quiet(client: Client, minutes: float) -> None:
    """Let all rooms call so many minutes quiet, by the form in which a person changes a room."""
    for entry in await client.entries("halcyon"):
        parts = await client.ask("config_entries/subentries/list", entry_id=entry["entry_id"])
        for room in (each for each in parts if each["subentry_type"] == "room"):
            step = await client.change_subentry(entry["entry_id"], "room", room["subentry_id"])
            answers = {
                field["name"]: value
                for field in step["data_schema"]
                if (value := _filled_in(field)) is not None
            }
            result = await client.answer_subentry_flow(step, **answers | {"quiet_minutes": minutes})
            if result.get("reason") != "reconfigure_successful":
                raise StageError(f"the room {room['title']} could not be changed: {result}")


async def calibrate(client: Client, node: str) -> None:
    """Let the speaker node learn its room, by its button; it waits until nobody moves there."""
    entities = await client.ask("config/entity_registry/list")
    (button,) = (
        each["entity_id"]
        for each in shown(entities, f"_node_{node}_calibrate")
        if each["entity_id"].startswith("button.")
    )
    await client.act("button.press", button)


async def measured(client: Client, scenario: Scenario) -> None:
    """Wait until all rooms measure their air, because only then there are entities for it."""
    rooms = {
        node.room
        for node in scenario.nodes
        if any(sensor.kind == "environment" for sensor in node.sensors)
    }
    await client.wait_for(
        lambda states: sum(each.endswith("_temperature") for each in states) >= len(rooms),
        "the first reading of the air in every room",
        _AIR_PATIENCE_S,
    )


async def rooms_of(client: Client, scenario: Scenario) -> list[RoomView]:
    """The rooms of the scenario with their enabled entities, as the registries hold them."""
    entities = await client.ask("config/entity_registry/list")
    devices = {each["id"]: each for each in await client.ask("config/device_registry/list")}
    views = []
    for room in scenario.house.rooms:
        beds = [f"_sleeper_{sleeper.node}_" for sleeper in room.sleepers]
        own = [
            each
            for marker in (f"_room_{room.id}_", *beds)
            for each in shown(entities, marker)
            if each["entity_id"].startswith(("binary_sensor.", "sensor."))
        ]
        if not own:
            raise StageError(f"Home Assistant has no entities of the room {room.id}")
        device = devices[own[0]["device_id"]]
        ultrasonic = [
            _NODE_WITH_A_TONE.sub(r"\1", each["unique_id"])
            for each in entities
            if each["platform"] == "halcyon"
            and _NODE_WITH_A_TONE.fullmatch(each["unique_id"])
            and devices[each["device_id"]]["area_id"] == device["area_id"]
        ]
        views.append(
            RoomView(
                name=device["name_by_user"] or device["name"],
                icon=_ICONS.get(room.id, "mdi:home"),
                entities={key_of(each): each["entity_id"] for each in own}
                | ({"lamp": lamp.LAMP} if room.id == lamp.ROOM else {}),
                ultrasonic=ultrasonic,
            )
        )
    return views


async def show_dashboard(
    client: Client, rooms: Sequence[RoomView], sleepers: Sequence[SleeperView] = ()
) -> None:
    """Make the dashboard, or bring it up to date, and make it the page that opens."""
    boards = await client.ask("lovelace/dashboards/list")
    if not any(board["url_path"] == BOARD for board in boards):
        await client.ask(
            "lovelace/dashboards/create",
            url_path=BOARD,
            title="Halcyon",
            icon="mdi:home-heart",
            mode="storage",
            show_in_sidebar=True,
            require_admin=False,
        )
        await client.ask("frontend/set_system_data", key="core", value={"default_panel": BOARD})
    await client.ask("lovelace/config/save", url_path=BOARD, config=dashboard(rooms, sleepers))


def _filled_in(field: Members) -> Json:
    """What a form shows in a field before a person touches it."""
    suggested = field.get("description", {}).get("suggested_value")
    return field.get("default") if suggested is None else suggested


def shown(entities: Sequence[Members], marker: str) -> list[Members]:
    """The enabled entities of the registry whose unique ids have a marker."""
    return [
        each
        for each in entities
        if each["platform"] == "halcyon" and marker in each["unique_id"] and not each["disabled_by"]
    ]


def key_of(entity: Members) -> str:
    """Which quantity an entity of a room or a sleeper shows."""
    return _ABOUT.sub("", entity["unique_id"])


def _ports(folder: Path, wanted: int | None, *, taken: bool) -> dict[str, int]:
    """The ports of this home, the same at every start, because its MQTT entry holds one."""
    file = folder / "ports.json"
    if file.exists():
        ports: dict[str, int] = json.loads(file.read_text())
    else:
        ports = {"hass": free_port() if taken else _FAMILIAR_PORT, "broker": free_port()}
    if wanted is not None:
        ports["hass"] = wanted
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(ports))
    return ports
