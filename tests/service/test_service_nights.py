"""Nights that the service keeps, says again and deletes."""

import json
from pathlib import Path

import pytest
from tests.report.made import START, night

from halcyon.core.house import House
from halcyon.core.message import Message
from halcyon.core.output import Output, SessionEvent, SleepSession
from halcyon.sense.sleep.report import report
from halcyon.service.config import Config, Sensing, load_config
from halcyon.service.host import Service
from halcyon.service.nights import Nights
from halcyon.service.speech_config import SpeechConfig
from halcyon.service.table import ConfigError
from halcyon.service.transport import Letter, Link

NIGHT = report(night("WWWW" + "L" * 700 + "W" * 16, asleep=4))
ENDED = Output(
    NIGHT.end,
    NIGHT.end,
    "home",
    "bedroom",
    SleepSession("anna", SessionEvent.ENDED, NIGHT.to_json()),
)
FILE = f"{START:.0f}.json"


def nights(folder: Path, days: float = 90.0) -> Nights:
    return Nights(folder, days, lambda: START + 86_400.0)


async def test_a_night_is_kept_and_said_again_after_a_restart(tmp_path: Path) -> None:
    keeper = nights(tmp_path)
    assert list(keeper.current()) == []
    keeper.take(Output(START, START, "home", "bedroom", SleepSession("anna", SessionEvent.GOT_UP)))
    keeper.take(ENDED)
    assert list(keeper.current()) == [ENDED]
    await keeper.settle()
    assert list(nights(tmp_path).current()) == [ENDED]
    assert [path.name for path in (tmp_path / "anna").iterdir()] == [FILE]


async def test_a_deleted_night_is_not_said_again(tmp_path: Path) -> None:
    keeper = nights(tmp_path)
    keeper.take(ENDED)
    keeper.delete(json.dumps({"sleeper": "anna", "start": START}).encode())
    await keeper.settle()
    assert list(keeper.current()) == []
    assert list(nights(tmp_path).current()) == []


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b'{"sleeper":"../..","start":0}', b'{"sleeper":1}', b"[" * 99_999]
)
async def test_a_command_that_names_no_night_is_let_be(tmp_path: Path, payload: bytes) -> None:
    keeper = nights(tmp_path)
    keeper.take(ENDED)
    keeper.delete(payload)
    await keeper.settle()
    assert list(keeper.current()) == [ENDED]


async def test_old_nights_go(tmp_path: Path) -> None:
    keeper = nights(tmp_path, days=0.5)
    keeper.take(ENDED)
    await keeper.settle()
    assert not (tmp_path / "anna" / FILE).exists()


async def test_a_disk_that_is_full_is_complained_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "nights").write_text("a file where the folder should be")
    keeper = nights(tmp_path / "nights")
    keeper.take(ENDED)
    await keeper.settle()
    assert "cannot be changed" in caplog.text


async def test_the_service_keeps_what_it_reports_and_obeys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Letter] = []
    monkeypatch.setattr(Link, "send", lambda _link, letter: sent.append(letter))
    deaf = SpeechConfig(enabled=False)
    config = Config(House("home"), tmp_path, sensing=Sensing.SERVICE, keep_days=3650, speech=deaf)
    service = Service(config)
    service._send([ENDED])
    await service._nights.settle()
    assert (tmp_path / "nights/home/anna" / FILE).exists()
    sent.clear()
    topic = "halcyon/1/home/$engine/cmd/"
    service._receive(Message(topic + "rebirth", b"{}", START))
    assert [json.loads(letter.payload) for letter in sent] == [ENDED.to_json()]
    sent.clear()
    wish = json.dumps({"sleeper": "anna", "start": START}).encode()
    service._receive(Message(topic + "delete_night", wish, START, retain=True))
    await service._nights.settle()
    assert (tmp_path / "nights/home/anna" / FILE).exists()
    service._receive(Message(topic + "delete_night", wish, START))
    await service._nights.settle()
    assert not (tmp_path / "nights/home/anna" / FILE).exists()
    service._receive(Message(topic + "rebirth", b"{}", START))
    assert sent == []


def test_for_how_long_nights_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "halcyon.toml"
    path.write_text("keep_days = 30")
    assert load_config(path).keep_days == 30
    path.write_text("")
    assert load_config(path).keep_days == 90
    path.write_text("keep_days = 0")
    with pytest.raises(ConfigError, match="keep_days"):
        load_config(path)
