"""What the start of Home Assistant took."""

import asyncio
import os
from pathlib import Path
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_get_setup_timings

_START_TIME = 19
"""Place of the start time in /proc/self/stat, counted after the program's name."""


class Start:
    """Notes time and processor time when Home Assistant says that it has started."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._wall: float | None = None
        self._cpu = 0.0
        self._works: asyncio.Task[float] | None = None
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STARTED, self._started)

    async def report(self) -> dict[str, Any]:
        """Seconds from the start of the process, of processor time, and of each integration.

        `integrations` is what Home Assistant's own books say of each set-up, `works` for how long
        after the start a site of Halcyon, where there is one, still shows what was stored.
        """
        return {
            "wall": self._wall,
            "cpu": self._cpu,
            "works": None if self._works is None else await self._works,
            "integrations": dict(async_get_setup_timings(self._hass)),
        }

    @callback
    def _started(self, _event: Event) -> None:
        self._cpu = time.process_time()
        stat = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        began = int(stat[_START_TIME]) / os.sysconf("SC_CLK_TCK")
        self._wall = time.clock_gettime(time.CLOCK_BOOTTIME) - began
        for entry in self._hass.config_entries.async_loaded_entries("halcyon"):
            self._works = self._hass.async_create_background_task(
                _until_it_works(entry), "probe/start", eager_start=False
            )


async def _until_it_works(entry: ConfigEntry[Any]) -> float:
    began = time.monotonic()
    # An answer that only a site gives that works, and this one has been told to begin.
    await entry.runtime_data.async_report_nodes()
    return time.monotonic() - began
