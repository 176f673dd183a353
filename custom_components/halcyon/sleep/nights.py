"""The nights of a site: kept as files, shown as values, told and deleted on request."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
import logging
from pathlib import Path

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..engine.core.snapshot import Json, SnapshotError
from ..engine.keeping.nights import NightFiles
from ..engine.sense.sleep.diary import Diary
from ..engine.sense.sleep.kept import Kept
from ..engine.sense.sleep.report import Report, Spread
from ..engine.sense.sleep.report_json import read_report
from ..shown import SLEEPER, Change, Key, Value
from ..values import Values

_LOGGER = logging.getLogger(__name__)


def _mean(spread: Spread | None) -> float | None:
    return None if spread is None else spread.mean


FIGURES: dict[str, Callable[[Report], Value]] = {
    "time_in_bed": lambda report: report.figures.time_in_bed,
    "time_asleep": lambda report: report.figures.asleep,
    "time_in_light_sleep": lambda report: report.figures.light_sleep,
    "time_in_deep_sleep": lambda report: report.figures.deep_sleep,
    "time_in_rem": lambda report: report.figures.rem,
    "latency": lambda report: report.figures.latency,
    "wake_after_onset": lambda report: report.figures.wake_after_onset,
    "rem_latency": lambda report: report.figures.rem_latency,
    "awakenings": lambda report: report.figures.awakenings,
    "efficiency": lambda report: report.figures.efficiency,
    "night_respiration": lambda report: _mean(report.spreads["respiration"]),
    "night_heart_rate": lambda report: _mean(report.spreads["heart_rate"]),
    "coverage": lambda report: report.coverage.stage,
    "fell_asleep_at": lambda report: report.asleep,
    "woke_up_at": lambda report: report.woke,
}
"""What is shown of the last night, by the keys of its entities."""

NIGHT = "night"
"""The quantity that is shown anew whenever the last night is another, or is known better."""


def nights_folder(hass: HomeAssistant, entry_id: str) -> Path:
    """Where an entry's nights are: in every backup, and where they were when a site is renamed."""
    return Path(hass.config.path(DOMAIN, "nights", entry_id))


async def async_destroy_nights(hass: HomeAssistant, entry_id: str) -> None:
    """Leave no night of an entry behind."""
    files = NightFiles(nights_folder(hass, entry_id), _complain)
    await hass.async_add_executor_job(files.delete_all)


class Nights:
    """The nights of one site's sleepers. `latest` is the last night of each, which is no nap."""

    def __init__(
        self,
        hass: HomeAssistant,
        folder: Path,
        days: float,
        clock: Callable[[], float],
        values: Values,
    ) -> None:
        self.latest: dict[str, Kept | None] = {}
        self._hass = hass
        self._files = NightFiles(folder, _complain)
        self._days = days
        self._clock = clock
        self._values = values
        # Files change one after the other.
        self._lock = asyncio.Lock()

    async def async_load(self, sleepers: Iterable[str]) -> None:
        """Take up what is kept of these sleepers, and let go of what is too old."""
        self.latest = dict.fromkeys(sleepers)
        async with self._lock:
            await self._run(self._prune)
        # All at once, because Home Assistant starts meanwhile.
        latest = await self._run(lambda: {each: self._files.latest(each) for each in self.latest})
        for sleeper, kept in latest.items():
            self._show(sleeper, kept)

    @callback
    def async_take(self, document: Json) -> None:
        """Keep a night that has ended."""
        try:
            report = read_report(document)
        except SnapshotError as error:
            _LOGGER.warning("A night that was reported cannot be kept: %s", error)
            return
        if report.sleeper in self.latest:
            self._hass.async_create_task(self._async_keep(Kept(report)), "halcyon keeps a night")

    async def async_find(self, sleeper: str, at: float) -> Kept | None:
        """The session that a moment lies in."""
        return await self._run(partial(self._files.at, sleeper, at))

    async def async_tell(self, kept: Kept) -> dict[str, Json]:
        """All that can be said of a night, beside those before it."""
        return await self._run(lambda: kept.told(self._files.before(kept.report)))

    async def async_before(self, kept: Kept) -> list[Report]:
        """The nights that a night is compared with."""
        return await self._run(partial(self._files.before, kept.report))

    async def async_write_diary(self, kept: Kept, diary: Diary) -> Kept:
        """Keep what the sleeper says of a night; raises OSError."""
        written = Kept(kept.report, diary)
        async with self._lock:
            await self._run(partial(self._files.write, written))
        await self._async_show(kept.report.sleeper)
        return written

    async def async_delete(self, kept: Kept) -> None:
        """Destroy a night; raises OSError."""
        report = kept.report
        async with self._lock:
            await self._run(partial(self._files.delete, report.sleeper, report.start))
        await self._async_show(report.sleeper)

    async def async_forget(self, sleeper: str) -> None:
        """Destroy all nights of a sleeper who is no more."""
        self.latest.pop(sleeper, None)
        async with self._lock:
            await self._run(partial(self._files.delete_all, sleeper))

    async def async_count(self) -> dict[str, int]:
        """How many nights are kept of each sleeper."""
        return await self._run(
            lambda: {sleeper: len(self._files.starts(sleeper)) for sleeper in self.latest}
        )

    async def _async_keep(self, kept: Kept) -> None:
        report = kept.report
        async with self._lock:
            try:
                await self._run(partial(self._keep, kept))
            except OSError as error:
                _LOGGER.error(  # noqa: TRY400 - the trace says nothing that the message does not
                    "A night cannot be kept in %s (%s); make room there", self._files.folder, error
                )
        await self._async_show(report.sleeper)

    def _keep(self, kept: Kept) -> None:
        report = kept.report
        # A service that repeats itself must not take away what the sleeper said or wished.
        about = report.sleeper, report.start
        if self._files.read(*about) is None and not self._files.was_deleted(*about):
            self._files.write(kept)
        self._prune()

    def _prune(self) -> None:
        try:
            self._files.prune(self._clock(), self._days)
        except OSError as error:
            _LOGGER.warning("Old nights in %s cannot be deleted: %s", self._files.folder, error)

    async def _async_show(self, sleeper: str) -> None:
        if sleeper in self.latest:
            self._show(sleeper, await self._run(partial(self._files.latest, sleeper)))

    def _show(self, sleeper: str, kept: Kept | None) -> None:
        self.latest[sleeper] = kept
        for quantity, figure in FIGURES.items():
            value = None if kept is None else figure(kept.report)
            self._values.show(Change(Key(SLEEPER, sleeper, quantity), value))
        start = None if kept is None else kept.report.start
        self._values.show(Change(Key(SLEEPER, sleeper, NIGHT), start))

    async def _run[T](self, function: Callable[[], T]) -> T:
        return await self._hass.async_add_executor_job(function)


def _complain(path: Path, why: str) -> None:
    _LOGGER.warning("The night %s cannot be read and is passed over: %s", path, why)
