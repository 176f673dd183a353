"""Routines in `halcyon run`: what they do at a broker, once, however the service ends."""

from collections.abc import Callable
from datetime import UTC, datetime
import json
import logging
import os
from pathlib import Path
import signal
import stat
from typing import TYPE_CHECKING

import pytest
from tests.service.conftest import PATIENCE

from halcyon.core.capture import read_capture
from halcyon.core.output import Action
from halcyon.service.acting import HELD_S, Actor
from halcyon.service.captures import capture_lines
from halcyon.service.config import load_config
from halcyon.service.journal import MOST, Journal
from halcyon.service.replay import replay
from halcyon.service.sun import SunWatch, elevation
from halcyon.service.table import ConfigError
from halcyon.service.transport import Letter
from stage.broker import Broker
from stage.process import until

if TYPE_CHECKING:
    from .conftest import Client, Configure, Connect, Start

ENGINE = "halcyon/1/home/$engine/"
CONFIG = """
sensing = "service"
[place]
latitude = 52.5
longitude = 13.4
[[alarms]]
sleeper = "anna"
mon = "07:00"
nodes = "speaker-1"
armed = true
[house]
[[house.rooms]]
id = "den"
nodes = [{ node = "radar-1" }]
[[house.rooms]]
id = "bedroom"
nodes = [{ node = "bed-1" }]
sleepers = [{ id = "anna", node = "bed-1" }]
[[house.routines]]
id = "lights"
name = "Lights in the den"
triggers = [{ kind = "motion_event", room = "den" }]
conditions = [{ kind = "mode", name = "house", values = ["home"] }]
sequence = [
    { do = "publish", topic = "lamp/set", payload = "ON", qos = 1 },
    { do = "light", node = "speaker-1", brightness = 0.5 },
    { do = "wait", until = { kind = "motion", room = "den", detected = false, for_s = 1 } },
    { do = "publish", topic = "lamp/set", payload = "OFF", qos = 1 },
]
"""


def sample(n: int, level: str) -> str:
    body = {"n": n, "b": 7, "ms": 1000 + n, "motion": {"state": level, "score": 1.0}}
    return json.dumps(body)


async def move(client: Client, n: int, level: str) -> None:
    await client.publish("halcyon/1/home/radar-1/s/radar", sample(n, level))


@pytest.mark.real
@pytest.mark.enable_socket
async def test_a_routine_acts_once_though_the_service_is_killed(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure, tmp_path: Path
) -> None:
    client = await connect(
        broker.port, "lamp/set", "halcyon/1/home/speaker-1/cmd/light", f"{ENGINE}#"
    )
    path = configure(broker.port, f'store = "{tmp_path / "store"}"\n{CONFIG}')
    service = halcyon("run", "--config", path)
    await client.wait_for(f"{ENGINE}state", b"online")
    await move(client, 0, "none")
    await client.publish(f"{ENGINE}cmd/mode", json.dumps({"name": "house", "value": "home"}))
    await move(client, 1, "major")
    await client.wait_for("lamp/set", b"ON")
    await client.wait_for("halcyon/1/home/speaker-1/cmd/light")
    (command,) = client.payloads("halcyon/1/home/speaker-1/cmd/light")
    assert {"brightness": 0.5}.items() <= json.loads(command).items()
    assert {"id", "t", "expires"} <= json.loads(command).keys()
    # Nothing was saved since: the state on the disk knows nothing of what was done.
    await service.stop(signal.SIGKILL)
    again = halcyon("run", "--config", path)
    await client.wait_for(f"{ENGINE}state", b"online", 2)
    await move(client, 2, "none")
    wish = {"name": "routine_run", "routine": "lights"}
    await client.publish(f"{ENGINE}cmd/wish", json.dumps(wish))
    await client.wait_for("lamp/set", b"ON", 2)
    await client.wait_for("lamp/set", b"OFF")
    asked = [{"id": "1", "routine": "lights"}, {"sleeper": "anna"}, {"room": "den"}]
    wrong = [{"routine": "other"}, {"routine": "lights", "room": "den"}, ["routine"]]
    for body in (*asked, *wrong):
        await client.publish(f"{ENGINE}cmd/explain", json.dumps(body))
    await client.wait_for(f"{ENGINE}explained", count=6)
    assert await again.stop() == 0
    assert client.payloads("lamp/set") == [b"ON", b"ON", b"OFF"]
    told = [json.loads(each) for each in client.payloads(f"{ENGINE}explained")]
    assert (told[0]["id"], told[0]["routine"]) == ("1", "lights")
    assert told[0]["explained"]["ran"]["trigger"] is None, "a wish"
    assert told[1]["explained"]["armed"]
    assert told[1]["explained"]["nodes"][0]["node"] == "speaker-1"
    assert told[2]["explained"]["occupied"] is not None
    assert ["error" in each for each in told] == [False, False, False, True, True, True]
    assert "Traceback" not in again.said
    plans = [json.loads(each) for each in client.payloads(f"{ENGINE}out/bedroom")]
    assert any(each["kind"] == "alarm_plan" and each["armed"] for each in plans)


def act(name: str, **do: str | float) -> Action:
    return Action(name, "lights", "run", 0, {"do": "publish", "topic": "lamp", **do})


class Broken:
    """A connection that is there or not."""

    def __init__(self) -> None:
        self.there = True
        self.sent: list[Letter] = []

    def send(self, letter: Letter) -> bool:
        if self.there:
            self.sent.append(letter)
        return self.there


def test_an_action_is_done_once_also_after_a_crash(tmp_path: Path) -> None:
    link = Broken()
    for _ in range(2):
        actor = Actor("home", Journal(tmp_path / "journal"), link.send)
        for _ in range(2):
            actor.take([act("a1", payload="ON")], 0.0)
    assert link.sent == [Letter("lamp", b"ON")]


def test_an_action_waits_a_minute_for_the_broker(tmp_path: Path) -> None:
    link = Broken()
    link.there = False
    actor = Actor("home", Journal(tmp_path / "journal"), link.send)
    actor.take([act("early")], 0.0)
    actor.take([act("late")], 10.0)
    assert actor.held(HELD_S + 5.0) == [Letter("lamp", b"")]
    assert actor.held(HELD_S + 5.0) == []


def test_a_journal_holds_the_last_actions_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_text("".join(f"{n}\n" for n in range(MOST + 10)))
    journal = Journal(path)
    assert len(path.read_text().split()) == MOST
    assert journal.add(["10", "9", "9"]) == {"9"}


def test_nothing_is_done_that_a_power_cut_could_undo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store" / "journal"
    safe = {"file": "", "folder": False}

    def fsync(descriptor: int, true: Callable[[int], None] = os.fsync) -> None:
        true(descriptor)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            safe["folder"] = True
        else:
            safe["file"] = path.read_text()

    def send(letter: Letter) -> bool:
        assert safe["folder"], "the file's name is not on the disk"
        assert letter.payload.decode() in str(safe["file"]).split()
        return True

    monkeypatch.setattr(os, "fsync", fsync)
    actor = Actor("home", Journal(path), send)
    actor.take([act("a1", payload="a1"), act("a2", payload="a2")], 0.0)
    actor.take([act("a3", payload="a3")], 1.0)
    assert path.read_text().split() == ["a1", "a2", "a3"]


def test_a_line_that_a_power_cut_tore_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_text("a1\na2")
    assert Journal(path).add(["a2", "a1"]) == {"a2"}
    assert Journal(path).add(["a1", "a2", "a3"]) == {"a3"}


def test_a_full_disk_stops_no_light(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(tmp_path / "journal")
    (tmp_path / "journal").mkdir()
    with caplog.at_level(logging.ERROR):
        assert journal.add(["a1"])
        assert journal.add(["a2"])
        assert not journal.add(["a2"])
    assert caplog.text.count("cannot be noted") == 1


@pytest.mark.parametrize(
    ("place", "at", "degrees"),
    [
        # Noon at the equator on the day of the equinox, and midsummer's noon in Berlin.
        ((0.0, 0.0), datetime(2026, 3, 20, 12, 7, 30, tzinfo=UTC), 90.0),
        ((52.52, 13.405), datetime(2026, 6, 21, 11, 8, tzinfo=UTC), 60.9),
        # Sunset in London by the almanac, to the minute.
        ((51.5074, -0.1278), datetime(2026, 3, 20, 18, 14, tzinfo=UTC), -0.83),
    ],
)
def test_the_sun_stands_where_almanacs_say(
    place: tuple[float, float], at: datetime, degrees: float
) -> None:
    assert elevation(*place, at.timestamp()) == pytest.approx(degrees, abs=0.15)


def test_the_sun_is_told_when_it_has_moved() -> None:
    watch = SunWatch(52.5, 13.4)
    told = [t for t in range(0, 3600, 10) if watch.news(1_795_143_000.0 + t, float(t)) is not None]
    assert told[0] == 0
    assert 30 <= len(told) <= 180


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[place]\nlatitude = 10", "both"),
        ("[place]\nlatitude = 100\nlongitude = 0", "-90 to 90"),
        ("alarms = 3", "tables"),
        ("[[alarms]]\nmon = '07:00'", "sleeper is missing"),
        ("[[alarms]]\nsleeper = 'anna'\nmon = '7'", "HH:MM"),
        ("[[alarms]]\nsleeper = 'anna'\nmom = '07:00'", "did you mean"),
        ("[[house.routines]]\nid = 'x'", "name is missing"),
        (
            (
                "[[house.routines]]\nid = 'x'\nname = 'x'\nhosted = true\n"
                "triggers = [{ kind = 'occupancy', room = 'den' }]"
            ),
            "give it a sequence",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_place(
    tmp_path: Path, text: str, error: str
) -> None:
    path = tmp_path / "halcyon.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=error):
        load_config(path)


def test_alarms_and_place_are_read(tmp_path: Path) -> None:
    path = tmp_path / "halcyon.toml"
    path.write_text(CONFIG)
    config = load_config(path)
    assert config.place == (52.5, 13.4)
    assert [wish["name"] for wish in config.wishes] == ["alarm", "alarm_arm"]


@pytest.mark.real
@pytest.mark.enable_socket
async def test_a_recording_holds_what_routines_were_told(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure, tmp_path: Path
) -> None:
    out = tmp_path / "capture.jsonl"
    recorder = halcyon("record", "--config", configure(broker.port, CONFIG), "--out", str(out))
    await recorder.says("Connected")
    client = await connect(broker.port)
    await move(client, 0, "none")
    mode = json.dumps({"name": "house", "value": "home"})
    await client.publish(f"{ENGINE}cmd/mode", mode, retain=True)
    await client.publish(f"{ENGINE}cmd/mode", mode)
    await move(client, 1, "major")
    await client.publish(f"{ENGINE}cmd/wish", json.dumps({"name": "routine_run", "routine": "x"}))
    await until(lambda: b"$host/intent" in out.read_bytes(), PATIENCE, "the wish on disk")
    assert await recorder.stop() == 0
    header, messages = read_capture(capture_lines(out))
    actions = [each.fact.do for each in replay(header, messages) if isinstance(each.fact, Action)]
    assert actions[0] == {"do": "publish", "topic": "lamp/set", "payload": "ON", "qos": 1}
