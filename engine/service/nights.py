"""The nights of a site, as the service keeps them."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
import json
import logging
from pathlib import Path

from ..core.message import is_id
from ..core.output import Output, SessionEvent, SleepSession
from ..core.snapshot import Json, SnapshotError, number_in, text_in
from ..keeping.nights import NightFiles
from ..sense.sleep.kept import Kept
from ..sense.sleep.report_json import read_report

_LOGGER = logging.getLogger(__name__)


class Nights:
    """Keeps what sessions report, and says the last nights again. `clock` is unix seconds.

    Files are changed in threads, one after the other, and without holding up the messages.
    """

    def __init__(self, folder: Path, days: float, clock: Callable[[], float]) -> None:
        self._files = NightFiles(folder, _complain)
        self._days = days
        self._clock = clock
        self._lock = asyncio.Lock()
        self._tasks = set[asyncio.Task[None]]()
        self._last = {sleeper: self._latest(sleeper) for sleeper in self._files.sleepers()}

    def take(self, output: Output) -> None:
        """Keep the night that an output reports, if it does."""
        fact = output.fact
        if isinstance(fact, SleepSession) and fact.report is not None:
            self._last[fact.sleeper] = output
            self._begin(self._change(self._keep, fact.report))

    def current(self) -> Iterable[Output]:
        """What was reported last of everybody, for hosts that were away when it was."""
        return [output for output in self._last.values() if output is not None]

    def delete(self, payload: bytes) -> None:
        """Destroy the night that a command names; another command is let be."""
        try:
            body: Json = json.loads(payload)
            sleeper, start = text_in(body, "sleeper"), number_in(body, "start")
        except (ValueError, RecursionError, SnapshotError) as error:
            _LOGGER.warning("A night is to be deleted, but which cannot be read: %s", error)
            return
        if is_id(sleeper):
            self._begin(self._change(self._delete, (sleeper, start)))

    async def settle(self) -> None:
        """Wait until everything is on disk."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _begin(self, change: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(change)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _change[T](self, change: Callable[[T], None], what: T) -> None:
        async with self._lock:
            try:
                await asyncio.to_thread(change, what)
            except OSError as error:
                _LOGGER.error(  # noqa: TRY400 - the trace says nothing that the message does not
                    "A night in %s cannot be changed (%s); make room or correct store",
                    self._files.folder,
                    error,
                )

    def _keep(self, document: Json) -> None:
        self._files.write(Kept(read_report(document)))
        self._files.prune(self._clock(), self._days)

    def _delete(self, which: tuple[str, float]) -> None:
        sleeper, start = which
        self._files.delete(sleeper, start)
        self._last[sleeper] = self._latest(sleeper)

    def _latest(self, sleeper: str) -> Output | None:
        kept = self._files.newest(sleeper)
        if kept is None:
            return None
        report = kept.report
        session = SleepSession(sleeper, SessionEvent.ENDED, report.to_json())
        return Output(report.end, report.end, report.site, report.room, session)


def _complain(path: Path, why: str) -> None:
    _LOGGER.warning("The night %s cannot be read and is passed over: %s", path, why)
