"""`halcyon record`: what it keeps, what it never keeps, and that a replay says the same."""

import asyncio
from collections.abc import Mapping, Sequence
import json
from pathlib import Path
import signal

import pytest
from tests.service.conftest import PATIENCE, Client, Configure, Connect, Start

from halcyon.cli import main
from halcyon.core.capture import read_capture
from halcyon.core.house import House
from halcyon.service.broker import Broker as BrokerConfig
from halcyon.service.captures import capture_lines
from halcyon.service.config import Config
from halcyon.service.recording import Recorder, record
from halcyon.service.replay import replay
from stage.broker import Broker
from stage.process import LOOPBACK, until

pytestmark = [pytest.mark.real, pytest.mark.enable_socket]

NODE = "halcyon/1/home/bed-1/"
OUT = "halcyon/1/home/$engine/out/"
INFO = {"v": 1, "boot": 7, "model": "ld2450", "room": "bedroom", "streams": {}}


async def speak(client: Client) -> None:
    """One message of every kind, the last of them an event that may be kept."""
    await client.publish(NODE + "avail", "online", retain=True)
    await client.publish(NODE + "info", json.dumps(INFO), retain=True)
    for n in range(20):
        sample = {"n": n, "b": 7, "ms": 1000 + 100 * n, "targets": [[20 * n, 1700, 200]]}
        await client.publish(NODE + "s/radar", json.dumps(sample))
    await client.publish("halcyon/1/home/$engine/recognised", "private")
    for topic in ("raw/radar", "w/breath", "w/audio", "e/voice", "e/button"):
        await client.publish(NODE + topic, "private" if topic != "e/button" else "{}")


@pytest.mark.parametrize(
    ("include", "kept"),
    [
        ("", []),
        ("waveforms", ["raw/radar", "w/breath"]),
        ("audio, transcripts", ["$host/recognised", "w/audio", "e/voice"]),
    ],
)
async def test_private_things_are_kept_only_when_asked_for(
    broker: Broker,
    connect: Connect,
    halcyon: Start,
    configure: Configure,
    tmp_path: Path,
    include: str,
    kept: list[str],
) -> None:
    out = tmp_path / "capture.jsonl"
    config = configure(broker.port)
    recorder = halcyon("record", "--config", config, "--out", str(out), "--include", include)
    await recorder.says("Connected")
    client = await connect(broker.port)
    await speak(client)
    await until(lambda: b"e/button" in out.read_bytes(), PATIENCE, "the last message on disk")
    assert await recorder.stop(signal.SIGINT) == 0
    messages = list(read_capture(capture_lines(out))[1])
    topics = [message.topic.removeprefix(NODE) for message in messages]
    assert topics[0] == topics[-1] == "$host/clock"
    assert topics.count("s/radar") == 20
    assert [m.topic.removeprefix(NODE) for m in messages if m.payload == b"private"] == kept
    assert f"{23 + len(kept)} messages are in" in recorder.said


async def test_a_replay_says_what_the_service_said(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure, tmp_path: Path
) -> None:
    """The two processes start and end at different moments, so times differ, but nothing else.

    What the service said after the recorder had stopped is in no recording.
    """
    out = tmp_path / "capture.jsonl"
    config = configure(broker.port)
    recorder = halcyon("record", "--config", config, "--out", str(out))
    service = halcyon("run", "--config", config)
    await recorder.says("Connected")
    await service.says("Connected")
    client = await connect(broker.port, OUT + "bedroom")
    await speak(client)
    await until(lambda: b"e/button" in out.read_bytes(), PATIENCE, "the last message on disk")
    await client.wait_for(OUT + "bedroom", count=2)
    assert await recorder.stop() == 0
    assert await service.stop() == 0
    header, messages = read_capture(capture_lines(out))
    assert header.house is not None
    assert header.house.site == "home"
    live = [json.loads(payload) for payload in client.payloads(OUT + "bedroom")]
    again = [output.to_json() for output in replay(header, messages) if output.room == "bedroom"]
    shared = min(len(live), len(again))
    assert timeless(live)[:shared] == timeless(again)[:shared]
    assert any(each["kind"] == "presence" and each["occupied"] for each in live[:shared])


def timeless(outputs: Sequence[Mapping[str, object]]) -> list[tuple[object, ...]]:
    kept = ("kind", "occupied", "state")
    return [tuple(output.get(key) for key in kept) for output in outputs]


async def test_it_stops_by_itself(
    broker: Broker, halcyon: Start, configure: Configure, tmp_path: Path
) -> None:
    out = tmp_path / "capture.jsonl"
    recorder = halcyon(
        "record", "--config", configure(broker.port), "--out", str(out), "--duration", "0.1"
    )
    assert await recorder.ended() == 0
    assert "0 messages are in" in recorder.said


async def test_a_full_disk_ends_the_recording(
    broker: Broker, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Recorder, "receive", full)
    client = await connect(broker.port)
    await client.publish(NODE + "avail", "online", retain=True)
    config = Config(House("home"), tmp_path, BrokerConfig(LOOPBACK, broker.port))
    with pytest.raises(OSError, match="No space left"):
        await asyncio.wait_for(
            record(config, tmp_path / "capture.jsonl", asyncio.Event()), PATIENCE
        )


def test_a_capture_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "capture.jsonl"
    out.write_text("precious")
    assert main(["record", "--out", str(out)]) == 2
    assert f"{out} exists already; choose another name" in capsys.readouterr().err
    assert out.read_text() == "precious"


def test_what_cannot_be_included_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", "--out", str(tmp_path / "x"), "--include", "video"]) == 2
    assert "video: known are waveforms, audio, transcripts" in capsys.readouterr().err
