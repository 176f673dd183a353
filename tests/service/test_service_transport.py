"""The connection: waits, bounds, and what its errors say."""

import asyncio
from pathlib import Path
import subprocess
from typing import Self, override

import pytest
from tests.service.conftest import PATIENCE, Configure, Start

from halcyon.core.message import Message
from halcyon.service import transport
from halcyon.service.broker import Broker as BrokerConfig
from halcyon.service.client import MOST_WAITING, explain
from halcyon.service.clock import HostClock
from halcyon.service.transport import LONGEST_RETRY, Backoff, Letter, Link
from stage.broker import Broker
from stage.process import until


def test_waits_double_up_to_a_minute_and_begin_again() -> None:
    backoff = Backoff()
    ceilings = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    waits = [[(backoff.next(), ceiling) for ceiling in ceilings]]
    for _ in range(50):
        backoff.reset()
        waits.append([(backoff.next(), ceiling) for ceiling in ceilings])
    assert all(0.0 <= wait <= ceiling for row in waits for wait, ceiling in row)
    # Full jitter: the waits fill the interval rather than crowd at its end.
    last = sorted(row[-1][0] for row in waits)
    assert last[0] < LONGEST_RETRY / 4
    assert last[-1] > LONGEST_RETRY * 3 / 4


def test_the_hosts_clock_never_goes_back() -> None:
    ahead = 4_000_000_000.0
    clock = HostClock(not_before=ahead)
    first = clock.now()
    assert ahead <= first <= clock.now() < ahead + PATIENCE


class StalledClient:
    """A client whose broker takes nothing any more."""

    def __init__(self) -> None:
        self.messages = self
        self.asked = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def __aiter__(self) -> Self:
        return self

    def __len__(self) -> int:
        return 0

    async def __anext__(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def publish(self, *_: object) -> None:
        self.asked += 1
        await asyncio.Event().wait()


@pytest.fixture
def stalled(monkeypatch: pytest.MonkeyPatch) -> StalledClient:
    client = StalledClient()
    monkeypatch.setattr(transport, "connection", lambda *_, **__: client)
    return client


async def test_a_broker_that_takes_nothing_never_grows_the_memory(
    stalled: StalledClient, caplog: pytest.LogCaptureFixture
) -> None:
    link = Link(BrokerConfig(), HostClock(), identity="test", receive=lambda _: None)
    letter = Letter("halcyon/1/home/$engine/out/den", b"{}")
    link.send(letter)
    assert not link._waiting, "without a connection it would only grow stale"
    stop = asyncio.Event()
    running = asyncio.create_task(link.run(stop))
    await until(lambda: link._connected, PATIENCE, "the connection")
    for _ in range(3 * MOST_WAITING):
        link.send(letter)
    assert len(link._waiting) == MOST_WAITING
    assert caplog.text.count("too slowly") == 1
    await until(lambda: stalled.asked == 1, PATIENCE, "the first letter")
    stop.set()
    await asyncio.wait_for(running, PATIENCE)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError("[Errno 111] Connection refused"), "start the broker or correct mqtt.host"),
        (OSError("[Errno -2] Name or service not known"), "check mqtt.host and the network"),
        (OSError("certificate verify failed"), "check mqtt.tls.ca"),
    ],
)
def test_errors_say_what_to_do(error: OSError, expected: str) -> None:
    said = explain(error, BrokerConfig())
    assert "localhost:1883" in said
    assert expected in said


class SecretBroker(Broker):
    """A broker that speaks TLS only, with a certificate of its own making."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir()
        self.certificate = folder / "own.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-nodes", "-days", "1", "-subj", "/CN=localhost"),
                *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                *("-addext", "subjectAltName=IP:127.0.0.1"),
                *("-keyout", str(folder / "own.key"), "-out", str(self.certificate)),
            ],
            check=True,
            capture_output=True,
        )

    @override
    def _write(self) -> None:
        super()._write()
        folder = self._folder
        with (folder / "mosquitto.conf").open("a") as config:
            config.write(f"certfile {self.certificate}\nkeyfile {folder}/own.key\n")


@pytest.mark.real
@pytest.mark.enable_socket
@pytest.mark.parametrize("trusted", [True, False])
async def test_an_encrypted_broker_is_trusted_by_its_authority_only(
    tmp_path: Path, halcyon: Start, configure: Configure, socket_enabled: None, trusted: bool
) -> None:
    broker = SecretBroker(tmp_path / "broker")
    await broker.start()
    try:
        ca = f'ca = "{broker.certificate}"' if trusted else ""
        config = configure(broker.port, mqtt=f"[mqtt.tls]\n{ca}")
        service = halcyon("run", "--config", config)
        await service.says("Connected" if trusted else "No trusted connection")
        assert await service.stop() == 0
    finally:
        broker.stop()
