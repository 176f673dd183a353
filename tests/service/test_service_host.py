"""The host's own rules, without a broker: bugs do not end it, and stores outlive mistakes."""

from pathlib import Path

import pytest

from halcyon.core.house import House
from halcyon.core.message import Message
from halcyon.pipeline import Pipeline
from halcyon.service.config import Config, Sensing
from halcyon.service.host import Service


def config(folder: Path) -> Config:
    return Config(House("home", automatic=True), folder, sensing=Sensing.SERVICE)


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


async def test_time_goes_on_from_the_stored_state(tmp_path: Path) -> None:
    """A machine without a clock of its own may start years before it stopped."""
    (tmp_path / "home.json").write_text('{"halcyon_store":1,"t":4000000000.0,"state":{}}')
    assert Service(config(tmp_path))._clock.now() >= 4_000_000_000.0
