"""Hosts to be lent to nights: made anew for each, or homes that live through many."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
from pathlib import Path
import sys

from .home_assistant import HomeAssistant
from .programs import ENGINE, STAND_IN, ProgramHost
from .tonight import Host

SERVICE, HASS = "service", "hass"
_PROGRAMS = {SERVICE: ENGINE, "stand-in": STAND_IN}
HOSTS = (*_PROGRAMS, HASS)

type Lend = Callable[[Path], contextlib.AbstractAsyncContextManager[Host]]
"""Lends a host to the night in a folder, as soon as one is free."""


@contextlib.asynccontextmanager
async def lending(which: str, count: int, folder: Path, quiet: Path) -> AsyncIterator[Lend]:
    """As many hosts at once as `count`; they end with the context."""
    if which != HASS:
        places = asyncio.Semaphore(count)

        @contextlib.asynccontextmanager
        async def make(night: Path) -> AsyncIterator[Host]:
            async with places:
                yield ProgramHost(_PROGRAMS[which], night)

        yield make
        return
    homes = [HomeAssistant(folder / f"home-{number}", quiet) for number in range(count)]
    free = asyncio.Queue[HomeAssistant]()

    @contextlib.asynccontextmanager
    async def lend(_: Path) -> AsyncIterator[Host]:
        home = await free.get()
        try:
            yield home
        finally:
            free.put_nowait(home)

    try:
        for home in homes:
            await home.set_up()
            free.put_nowait(home)
        yield lend
    finally:
        for home in homes:
            await home.close()
            sys.stderr.writelines(f"Home Assistant logged: {each}\n" for each in home.problems())
