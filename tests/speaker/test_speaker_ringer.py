"""Alarms and the disk: kept before they are answered, heard even where they cannot be kept."""

import asyncio
import errno
import json
import os
from pathlib import Path
import subprocess
import sys
import threading
from typing import override

import pytest

from halcyon.service.store import Store
from halcyon_speaker import ringer as ringer_module
from halcyon_speaker.alarms import Alarms
from halcyon_speaker.commands import RefusedError
from halcyon_speaker.moments import Now
from halcyon_speaker.orders import Dismiss, SetAlarm
from halcyon_speaker.ringer import Ringer

ROOT = Path(__file__).parents[2]
UNIX = 1_800_000_000.0
SOON = SetAlarm("a", UNIX + 60.0, 60.0)


class Disk(Store):
    """A store that can fail or hang, and notes what it was asked."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "alarms")
        self.error: OSError | None = None
        self.free = threading.Event()
        self.free.set()
        self.writes = 0

    @override
    def write(self, content: bytes) -> None:
        self.free.wait(10.0)
        if self.error is not None:
            raise self.error
        self.writes += 1
        super().write(content)


class Bedside:
    """A node's alarms with a disk and a clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder)
        self.t = 0.0
        self.changes: list[Alarms] = []
        self.ringer = self.load()

    def load(self) -> Ringer:
        return Ringer(
            self.disk,
            lambda _, after: self.changes.append(after),
            clock=lambda: Now(UNIX + self.t, 100.0 + self.t),
            machine="m",
        )

    async def look(self, t: float) -> None:
        self.t = t
        await self.ringer.look()

    def rings(self) -> bool:
        return self.ringer.state.ringing is not None


@pytest.fixture
def bed(tmp_path: Path) -> Bedside:
    return Bedside(tmp_path)


async def test_what_was_answered_is_on_the_disk(bed: Bedside) -> None:
    await bed.ringer.obey(SOON)
    assert bed.load().state == bed.ringer.state
    assert [each.occurrence for each in bed.load().state.alarms] == ["a"]
    await bed.look(60.0)
    assert bed.rings()
    await bed.ringer.obey(Dismiss("a"))
    bed.ringer = bed.load()
    await bed.look(61.0)
    assert not bed.rings()
    assert bed.ringer.state.over == ("a",)


async def test_the_order_is_file_then_name_then_folder_then_sound(
    bed: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    synced, renamed = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        done.append("folder" if os.fstat(descriptor).st_mode & 0o040000 else "file")
        synced(descriptor)

    def replace(path: Path, target: Path) -> Path:
        done.append("name")
        return renamed(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    await bed.ringer.obey(SOON)
    done.clear()
    bed.changes.clear()
    bed.ringer._changed = lambda _, after: done.append("sound" if after.ringing else "silence")
    await bed.look(60.0)
    await bed.ringer.obey(Dismiss("a"))
    kept = ["file", "name", "folder"]
    assert done == [*kept, "sound", *kept, "silence"]


async def test_an_alarm_that_cannot_be_kept_is_refused(bed: Bedside) -> None:
    bed.disk.error = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(RefusedError, match="No space left"):
        await bed.ringer.obey(SOON)
    assert not bed.ringer.state.alarms
    assert not bed.changes


async def test_a_disk_that_fails_silences_no_alarm_and_stops_no_dismissal(bed: Bedside) -> None:
    await bed.ringer.obey(SOON)
    bed.disk.error = OSError(errno.EROFS, "Read-only file system")
    await bed.look(60.0)
    assert bed.rings()
    with pytest.raises(RefusedError, match="Read-only"):
        await bed.ringer.obey(Dismiss("a"))
    assert not bed.rings()
    bed.disk.error = None
    await bed.look(62.0)
    assert bed.load().state.over == ("a",)
    writes = bed.disk.writes
    await bed.look(63.0)
    assert bed.disk.writes == writes


async def test_a_disk_that_hangs_delays_an_alarm_by_little(
    bed: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bed.ringer.obey(SOON)
    monkeypatch.setattr(ringer_module, "_DISK_S", 0.02)
    bed.disk.free.clear()
    try:
        async with asyncio.timeout(5.0):
            await bed.look(60.0)
        assert bed.rings()
    finally:
        bed.disk.free.set()


async def test_what_the_broker_took_is_forgotten_with_the_next_look(bed: Bedside) -> None:
    await bed.ringer.obey(SOON)
    await bed.look(60.0)
    (event,) = bed.ringer.state.events
    bed.ringer.delivered(event.id)
    await bed.look(61.0)
    assert bed.load().state.events == ()


async def test_it_wakes_by_itself(bed: Bedside) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    bed.ringer._clock = lambda: Now(UNIX + clock() - began, 100.0 + clock() - began)
    rang = asyncio.Event()
    bed.ringer._changed = lambda _, after: rang.set() if after.ringing else None
    await bed.ringer.obey(SetAlarm("a", UNIX + 0.2, 0.2))
    running = asyncio.create_task(bed.ringer.run())
    async with asyncio.timeout(5.0):
        await rang.wait()
    running.cancel()
    assert 0.2 <= clock() - began < 1.0


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "alarms.json").write_text('{"halcyon_store":1,"t":1,"state":{"schema":9}}')
    assert Bedside(tmp_path).ringer.state == Alarms()
    assert (tmp_path / "alarms.kept-1.json").exists()


# A process that is killed at the k-th line that runs while an order is followed, for every k.
KILLED = """
import asyncio, json, os, sys, threading
from pathlib import Path
from halcyon.service.store import Store
from halcyon_speaker.moments import Now
from halcyon_speaker.orders import Dismiss, SetAlarm
from halcyon_speaker.ringer import Ringer

folder, unix, lines = Path(sys.argv[1]), 1_800_000_000.0, ("store.py", "ringer.py")

def ringer(place, t, changed=lambda *_: None):
    return Ringer(
        Store(place, "alarms"), changed, clock=lambda: Now(unix + t, 100 + t), machine="m"
    )

def child(place, k, answered):
    left = k
    def trace(frame, event, _):
        nonlocal left
        if not frame.f_code.co_filename.endswith(lines):
            return None
        left -= event == "line"
        if left < 0:
            os._exit(9)
        return trace
    async def follow():
        node = ringer(place, 60.0, lambda *_: os.write(answered, b"changed"))
        sys.settrace(trace)
        threading.settrace(trace)
        await node.obey(Dismiss("a"))
        os.write(answered, b" answered")
    asyncio.run(follow())
    os._exit(0)

k, outcomes = 0, []
while True:
    place = folder / str(k)
    place.mkdir()
    asyncio.run(ringer(place, 0.0).obey(SetAlarm("a", unix + 3600.0, 3600.0)))
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        child(place, k, writer)
    os.close(writer)
    said = os.read(reader, 100) + os.read(reader, 100)
    _, status = os.waitpid(pid, 0)
    state = ringer(place, 61.0).state
    names = sorted(each.name for each in place.iterdir())
    outcomes.append([said.decode(), len(state.alarms), list(state.over), names])
    if os.waitstatus_to_exitcode(status) == 0:
        break
    k += 1
print(json.dumps(outcomes))
"""


def test_killed_at_any_line_the_disk_holds_the_old_or_the_new(tmp_path: Path) -> None:
    (tmp_path / "nights").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "nights")],
        env=os.environ | {"PYTHONPATH": str(ROOT / "hardware" / "speaker")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    assert len(outcomes) > 30
    assert {(alarms, *over) for _, alarms, over, _ in outcomes} == {(1,), (0, "a")}
    for said, _, over, names in outcomes:
        # What was heard or answered is on the disk; nothing is left of what was cut short.
        assert over == ["a"] or not said
        assert names == ["alarms.json"]
    assert outcomes[-1][0] == "changed answered"
