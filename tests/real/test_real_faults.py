"""Broker and Home Assistant go away and come back; rooms must come back with them."""

from collections.abc import AsyncIterator
import re

import pytest
import pytest_asyncio
import pytest_socket

from stage.broker import Broker
from stage.client import Client
from stage.hass import Hass
from stage.node import Node
from stage.process import until

OCCUPANCY = "binary_sensor.kitchen_occupancy"
STANDBY = "switch.kitchen_standby"


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def site(hass: Hass, broker: Broker) -> AsyncIterator[None]:
    """A site with a kitchen, set up by discovery and removed afterwards."""
    pytest_socket.enable_socket()
    node = Node(broker, "stove", room="kitchen", site="faults")
    async with hass.client() as home, node:
        step = await home.wait_for_discovery("halcyon", "stove")
        entry = (await home.answer_flow(step, area="kitchen"))["result"]["entry_id"]
    # Home Assistant writes an entry a second after its change; a power cut would undo it.
    file = hass.folder / ".storage" / "core.config_entries"
    await until(lambda: file.exists() and entry in file.read_text(), 10.0, "the entry on disk")
    yield
    # A node that is still announced would be discovered anew when its site is removed.
    await node.forget()
    async with hass.client() as home:
        await home.delete(f"/api/config/config_entries/entry/{entry}")


@pytest.fixture
async def node(site: None, broker: Broker) -> AsyncIterator[Node]:
    """The kitchen's node, which sees somebody; another boot for every test."""
    async with Node(broker, "stove", room="kitchen", site="faults") as node:
        node.fields = {"presence": True}
        yield node


async def test_rooms_come_back_with_the_broker(home: Client, broker: Broker, node: Node) -> None:
    await home.wait_for_state(OCCUPANCY, "on")
    broker.stop()
    await home.wait_for_state(OCCUPANCY, "unavailable", 90.0)

    await broker.start()

    await home.wait_for_state(OCCUPANCY, "on", 60.0)


async def test_a_room_comes_back_after_a_power_cut(hass: Hass, node: Node) -> None:
    hass.kill()
    await hass.start()

    async with hass.client() as home:
        await home.wait_for_state(OCCUPANCY, "on", 60.0)


async def test_a_room_s_state_survives_a_restart(hass: Hass, node: Node) -> None:
    async with hass.client() as home:
        await home.act("switch.turn_on", STANDBY)
        await home.wait_for_state(STANDBY, "on")

    await hass.restart()

    async with hass.client() as home:
        await home.wait_for_state(STANDBY, "on")
        await home.act("switch.turn_off", STANDBY)
        await home.wait_for_state(OCCUPANCY, "on")


def test_nothing_of_this_was_worth_a_warning_of_ours(hass: Hass) -> None:
    # The name alone would also find every traceback through a checkout that is called so.
    assert not [
        each for each in hass.problems() if re.search(r"custom_components[./]halcyon", each)
    ]
