"""A real broker and a real Home Assistant, started once for the tests that leave them whole."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import pytest_socket

from stage.broker import Broker
from stage.client import Client
from stage.hass import INTEGRATION, Hass


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.real)


@pytest.fixture(autouse=True)
def sockets(socket_enabled: None) -> None:
    """The harness of the integration's tests forbids sockets; here they are the point.

    It does so anew before every test, so a fixture of a wider scope must allow them itself.
    """


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """A running broker that keeps retained messages across a restart."""
    pytest_socket.enable_socket()
    broker = Broker(tmp_path_factory.mktemp("broker"), persistence=True)
    await broker.start()
    yield broker
    broker.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hass(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hass]:
    """A running Home Assistant with the integration's files and MQTT set up, nothing else."""
    pytest_socket.enable_socket()
    hass = Hass(tmp_path_factory.mktemp("hass"))
    hass.install(INTEGRATION)
    await hass.start()
    await hass.set_up_mqtt(broker.host, broker.port)
    yield hass
    hass.stop()


@pytest.fixture
async def home(hass: Hass) -> AsyncIterator[Client]:
    """A connection to the shared Home Assistant."""
    async with hass.client() as client:
        yield client
