"""A real broker and a real Home Assistant whose rooms the benchmarks keep busy."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import takewhile
import json
from pathlib import Path
import sys
import tempfile
import time

import aiomqtt

from benchmarks.house import Family
from halcyon.core.message import Message
from halcyon.simulate import Simulation
from stage.broker import Broker
from stage.client import Client, State
from stage.hass import INTEGRATION, ROOT, Hass
from stage.home import confirm_discovery
from stage.process import Process

_RELOAD_S = 3.0
"""Seconds after which a reload that was asked for has certainly begun."""

_PROBE = Path(__file__).parent / "probe"


@dataclass(frozen=True, slots=True)
class Home:
    """A running Home Assistant with its broker, and the family that lives in it."""

    folder: Path
    hass: Hass
    broker: Broker
    family: Family


def say(text: str) -> None:
    """A line of progress."""
    print(f"  {text}", file=sys.stderr, flush=True)


@asynccontextmanager
async def running(
    family: Family,
    extra: str = "",
    greetings: Sequence[Message] = (),
    files: Mapping[str, Path] | None = None,
) -> AsyncIterator[Home]:
    """Start a broker and a Home Assistant with the probe, and set the nodes up as a person does.

    `extra` is appended to the configuration; `greetings` are of nodes beyond the family's. `files`
    are linked into the folder of the configuration, by the path that they have there.
    Everything ends, and is gone, with the context.
    """
    with tempfile.TemporaryDirectory(prefix="halcyon-bench-") as made:
        folder = Path(made)
        broker = Broker(folder / "broker", persistence=True)
        # As in a home, and as everything that is compared: warnings are logged, and no more.
        hass = Hass(folder / "config", extra=f"{extra}probe:\n", level="warning")
        hass.install(INTEGRATION)
        links = {"custom_components/probe": _PROBE, **(files or {})}
        for place, source in links.items():
            link = hass.folder / place
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)
        try:
            await broker.start()
            say("starting Home Assistant")
            await hass.start()
            await hass.set_up_mqtt(broker.host, broker.port)
            home = Home(folder, hass, broker, family)
            await _add_nodes(home, greetings)
            yield home
        finally:
            hass.stop()
            broker.stop()
            for problem in hass.problems():
                say(f"Home Assistant logged: {problem}")


@asynccontextmanager
async def playing(home: Home) -> AsyncIterator[None]:
    """Let the nodes speak, each with a boot id that was never heard before."""
    family = replace(home.family, seed=int(time.time()))
    words = ["play", home.broker.host, str(home.broker.port), *family.arguments]
    player = Process(
        [sys.executable, "-m", "benchmarks.stream", *words],
        home.folder / "player.log",
        folder=ROOT,
    )
    player.start()
    try:
        yield
        if not player.running:
            raise RuntimeError(f"the player ended early:\n{player.tail()}")
    finally:
        player.stop()


async def publish(home: Home, messages: Iterable[Message]) -> None:
    """Publish messages over one connection."""
    async with aiomqtt.Client(home.broker.host, home.broker.port) as link:
        for message in messages:
            await link.publish(message.topic, message.payload, message.qos, retain=message.retain)


async def switch(client: Client, *, on: bool) -> None:
    """Enable or disable Halcyon's entry, which sets it up or unloads it."""
    (entry,) = await client.entries("halcyon")
    if (entry["disabled_by"] is None) is not on:
        await client.ask(
            "config_entries/disable",
            entry_id=entry["entry_id"],
            disabled_by=None if on else "user",
        )


def occupancy_of(room: str) -> str:
    """The occupancy sensor of a room, by the room that its nodes wish for."""
    return f"binary_sensor.{room.replace('-', '_')}_occupancy"


async def _add_nodes(home: Home, others: Sequence[Message]) -> None:
    own = Simulation(home.family.scenario(), time.time()).messages()
    greetings = [*takewhile(lambda message: message.retain, own), *others]
    await publish(home, greetings)
    infos = [message for message in greetings if message.topic.endswith("/info")]
    rooms = {json.loads(message.payload)["room"] for message in infos}
    async with home.hass.client() as client:
        for done, _ in enumerate(infos):
            await confirm_discovery(client)
            if done % 12 == 0:
                say(f"{done + 1} of {len(infos)} nodes added")
        # Every node reloads the entry.
        await asyncio.sleep(_RELOAD_S)
        await client.wait_for(
            lambda states: all(_is_there(states, occupancy_of(room)) for room in rooms),
            "the entities of every room",
        )


def _is_there(states: Mapping[str, State], entity: str) -> bool:
    return entity in states and states[entity].state != "unavailable"
