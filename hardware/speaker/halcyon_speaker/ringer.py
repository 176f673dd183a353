"""Alarms on the disk and by the clocks: nothing rings, and nothing is answered, before it is kept.

A disk that fails or hangs must not silence an alarm: then it rings, and the log says so.
"""

import asyncio
from collections.abc import Callable
import logging
from pathlib import Path
import secrets
import time

from halcyon.core.snapshot import SnapshotError
from halcyon.service.store import Saved, Store, encode

from .alarms import Alarms
from .commands import RefusedError
from .moments import Now
from .orders import Order, SetAlarm
from .remembering import from_json, to_json
from .ringing import advance, delivered, next_deadline, step

_LOGGER = logging.getLogger(__name__)

_LOOK_S = 1.0
"""The wall clock may step at any time, and nobody tells."""

_DISK_S = 2.0
"""How long an alarm waits for the disk."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def clocks() -> Now:
    """What the machine's clocks say."""
    return Now(time.time(), time.clock_gettime(time.CLOCK_BOOTTIME))


def machine_start() -> str:
    """A name of this start of the machine; where it has none, no two are the same."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return secrets.token_hex(16)


class Ringer:
    """The alarms of one node. `changed` is called with the states before and after a change."""

    def __init__(
        self,
        store: Store,
        changed: Callable[[Alarms, Alarms], None],
        *,
        clock: Callable[[], Now] = clocks,
        machine: str | None = None,
    ) -> None:
        self._store = store
        self._changed = changed
        self._clock = clock
        self._machine = machine_start() if machine is None else machine
        self._lock = asyncio.Lock()
        self._disk = asyncio.Lock()
        self._writing: set[asyncio.Task[None]] = set()
        self._is_safe = True
        self._complained = False
        self._told: set[str] = set()
        self.state = self._load()

    async def run(self) -> None:
        """Ring when it is time, until cancelled."""
        while True:
            await self.look()
            now = self._clock()
            due = next_deadline(self.state, now)
            wait = _LOOK_S if due is None else max(0.0, min(_LOOK_S, due - now.boot))
            await asyncio.sleep(wait)

    async def look(self) -> None:
        """Do what is due."""
        async with self._lock:
            await self._look()

    async def obey(self, order: Order) -> None:
        """Follow an order, and keep what came of it; raises RefusedError."""
        async with self._lock:
            await self._look()
            state = step(self.state, order, self._clock())
            error = await self._keep(state)
            # An alarm that would not outlast a power cut must not be relied on; any other order
            # is followed all the same.
            if error is None or not isinstance(order, SetAlarm):
                self._take(state)
            if error is not None:
                raise RefusedError(f"it could not be kept on this node's disk ({error})")

    def delivered(self, event: str) -> None:
        """An event need not be told again."""
        self._told.add(event)

    async def _look(self) -> None:
        state = advance(delivered(self.state, self._told), self._clock())
        self._told.clear()
        if state != self.state or not self._is_safe:
            await self._keep(state)
        self._take(state)

    def _take(self, state: Alarms) -> None:
        before, self.state = self.state, state
        if state != before:
            self._changed(before, state)

    async def _keep(self, state: Alarms) -> str | None:
        """Put a state on the disk; what went wrong, None where it is safe there."""
        content = encode(Saved(self._clock().unix, to_json(state, self._machine)))
        writing = asyncio.ensure_future(self._write(content))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        try:
            await asyncio.wait_for(asyncio.shield(writing), _DISK_S)
        except TimeoutError:
            return self._complain(f"it did not answer within {_DISK_S:.0f} s")
        except OSError as error:
            return self._complain(error.strerror or str(error))
        self._is_safe, self._complained = True, False
        return None

    async def _write(self, content: bytes) -> None:
        # One after the other, or an older state could be the last.
        async with self._disk:
            await asyncio.to_thread(self._store.write, content)

    def _complain(self, error: str) -> str:
        self._is_safe = False
        if not self._complained:
            self._complained = True
            _LOGGER.error(
                "Alarms cannot be kept as %s (%s), so they ring only while this runs; make room, "
                "or replace the disk",
                self._store.path,
                error,
            )
        return error

    def _load(self) -> Alarms:
        """What was kept, without the remains of writing that was cut short."""
        for remains in self._store.path.parent.glob(f".{self._store.path.name}.*"):
            remains.unlink(missing_ok=True)
        saved = self._store.load()
        if saved is None:
            return Alarms()
        try:
            return from_json(saved.state, self._machine)
        except SnapshotError as error:
            self._store.set_aside(str(error))
            return Alarms()
