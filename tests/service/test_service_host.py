"""The host's own rules, without a broker: bugs do not end it, and stores outlive mistakes."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.service.conftest import PATIENCE

from halcyon.core.house import House
from halcyon.core.message import Message
from halcyon.pipeline import Pipeline
from halcyon.service import host
from halcyon.service.config import Config, Sensing
from halcyon.service.host import _TICK, Service
from halcyon.service.speech_config import SpeechConfig
from halcyon.service.transport import Link
from stage.process import until


def config(folder: Path) -> Config:
    deaf = SpeechConfig(enabled=False)
    return Config(House("home", automatic=True), folder, sensing=Sensing.SERVICE, speech=deaf)


async def test_a_bug_is_reported_once_and_the_service_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    received: list[str] = []

    def fail(_pipeline: Pipeline, message: Message) -> list[object]:
        received.append(message.topic)
        raise ZeroDivisionError

    monkeypatch.setattr(Pipeline, "receive", fail)
    service = Service(config(tmp_path))
    for n in range(3):
        service._receive(Message("halcyon/1/home/bed-1/info", b"private", float(n)))
    assert len(received) == 3
    assert caplog.text.count("This is a bug of Halcyon") == 1
    assert "ZeroDivisionError" in caplog.text
    assert "private" not in caplog.text


async def test_a_deadline_that_fails_is_tried_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_pipeline: Pipeline, _t: float) -> list[object]:
        raise ZeroDivisionError

    service = Service(config(tmp_path))
    monkeypatch.setattr(Pipeline, "advance", fail)
    service._tick()
    assert "failed at a deadline" in caplog.text
    assert service._timer is not None
    service._timer.cancel()


@pytest.mark.parametrize("state", ["{}", "[]", '{"schema":99,"nodes":{},"home":{}}', "3"])
async def test_a_state_of_another_version_is_kept_and_a_new_one_begun(
    tmp_path: Path, state: str
) -> None:
    content = f'{{"halcyon_store":1,"t":1795143205.0,"state":{state}}}'
    (tmp_path / "home.json").write_text(content)
    Service(config(tmp_path))
    assert (tmp_path / "home.kept-1.json").read_text() == content
    assert not (tmp_path / "home.json").exists()


async def test_the_engine_is_told_when_a_deadline_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(config(tmp_path))
    due = service._clock.now() + 0.05
    told: list[float] = []

    def advance(_pipeline: Pipeline, t: float) -> list[object]:
        told.append(t)
        return []

    monkeypatch.setattr(Pipeline, "next_deadline", property(lambda _: None if told else due))
    monkeypatch.setattr(Pipeline, "advance", advance)
    service._arm()
    await until(lambda: bool(told), PATIENCE, "the deadline")
    assert due <= told[0] < due + _TICK / 2
    assert service._timer is not None, "and again within a second, deadline or not"
    assert service._timer.when() <= asyncio.get_running_loop().time() + _TICK
    service._timer.cancel()


async def test_the_state_is_saved_now_and_then_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connected(_link: Link, stop: asyncio.Event) -> None:
        await stop.wait()

    monkeypatch.setattr(host, "_SAVE_EVERY", 0.01)
    monkeypatch.setattr(Link, "run", connected)
    stop = asyncio.Event()
    running = asyncio.create_task(Service(config(tmp_path)).run(stop))
    file = tmp_path / "home.json"
    await until(file.exists, PATIENCE, "the first save")
    first = file.read_bytes()
    await until(lambda: file.read_bytes() != first, PATIENCE, "another save")
    monkeypatch.setattr(host, "_SAVE_EVERY", 60.0)
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
    assert json.loads(file.read_bytes())["t"] > json.loads(first)["t"]


async def test_time_goes_on_from_the_stored_state(tmp_path: Path) -> None:
    """A machine without a clock of its own may start years before it stopped."""
    (tmp_path / "home.json").write_text('{"halcyon_store":1,"t":4000000000.0,"state":{}}')
    assert Service(config(tmp_path))._clock.now() >= 4_000_000_000.0
