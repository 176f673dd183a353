"""`halcyon doctor`: what it finds, and that it says what to do."""

import json
from pathlib import Path
import sys
from typing import override

import pytest
from tests.service.conftest import Configure, Connect, Start

from halcyon.cli import main
from stage.broker import Broker
from stage.process import free_port

pytestmark = [pytest.mark.real, pytest.mark.enable_socket]

NODE = "halcyon/1/home/bed-1/"


async def test_a_working_home_is_good(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure
) -> None:
    client = await connect(broker.port)
    await client.publish(NODE + "avail", "online", retain=True)
    await client.publish(NODE + "info", json.dumps({"v": 1, "boot": 1}), retain=True)
    await client.publish("halcyon/1/home/hall-1/avail", "offline", retain=True)
    top = 'sensing = "service"\n[[house.rooms]]\nid = "den"\nnodes = [{node = "den-1"}]'
    doctor = halcyon("doctor", "--config", configure(broker.port, top), "--listen", "0.5")
    assert await doctor.ended() == 0
    for expected in (
        "ok      numpy",
        "ok      aiomqtt",
        "ok      site home: den",
        "ok      the state is kept in",
        "speaks MQTT 5",
        "ok      we may read and write below halcyon/1/home",
        "ok      node bed-1: online, 2 messages",
        "note    node hall-1: offline, 1 messages, no announcement",
        "note    node den-1 of room den was not heard",
    ):
        assert expected in doctor.said
    assert "BROKEN" not in doctor.said


async def test_a_home_without_nodes_is_no_failure(
    broker: Broker, halcyon: Start, configure: Configure
) -> None:
    doctor = halcyon("doctor", "--config", configure(broker.port), "--listen", "0.2")
    assert await doctor.ended() == 0
    assert "no node of site home was heard within 0.2 s" in doctor.said
    assert "halcyon/1/home/<node>/info" in doctor.said


async def test_a_missing_broker_is_a_failure(
    halcyon: Start, configure: Configure, socket_enabled: None
) -> None:
    port = free_port()
    doctor = halcyon("doctor", "--config", configure(port))
    assert await doctor.ended() == 1
    assert f"BROKEN  Nothing listens at 127.0.0.1:{port}" in doctor.said
    assert "→ start the broker or correct mqtt.host and mqtt.port" in doctor.said


async def test_a_wrong_password_is_a_failure(
    tmp_path: Path, halcyon: Start, configure: Configure, socket_enabled: None
) -> None:
    broker = Broker(tmp_path / "broker", users={"halcyon": "right"})
    await broker.start()
    try:
        login = 'username = "halcyon"\npassword = "wrong"'
        doctor = halcyon("doctor", "--config", configure(broker.port, mqtt=login))
        assert await doctor.ended() == 1
        assert "refuses us" in doctor.said
        assert "→ check mqtt.username and mqtt.password" in doctor.said
    finally:
        broker.stop()


class DeafBroker(Broker):
    """A broker whose access list lets nobody write."""

    @override
    def _write(self) -> None:
        super()._write()
        folder = self._folder
        (folder / "access").write_text("topic read halcyon/#\n")
        with (folder / "mosquitto.conf").open("a") as config:
            config.write(f"acl_file {folder}/access\n")


async def test_an_access_list_that_forbids_is_a_failure(
    tmp_path: Path, halcyon: Start, configure: Configure, socket_enabled: None
) -> None:
    broker = DeafBroker(tmp_path / "broker")
    await broker.start()
    try:
        doctor = halcyon("doctor", "--config", configure(broker.port), "--listen", "0.1")
        assert await doctor.ended() == 1
        assert "allow this user to read and write halcyon/1/home/#" in doctor.said
    finally:
        broker.stop()


def test_a_wrong_configuration_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "halcyon.toml"
    path.write_text("site = 3")
    assert main(["doctor", "--config", str(path)]) == 1
    assert "BROKEN" in capsys.readouterr().out


async def test_a_missing_client_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in [name for name in sys.modules if name.startswith(("aiomqtt", "halcyon.service"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "aiomqtt", None)
    assert main(["record", "--out", str(tmp_path / "x")]) == 2
    assert "pip install 'halcyon[service]'" in capsys.readouterr().err
