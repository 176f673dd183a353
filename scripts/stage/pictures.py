"""The pictures of the documentation, taken of the demo by a real browser."""

import asyncio
from pathlib import Path
import time

from .browser import Browser
from .dashboard import DOPPLER_PAGE
from .home import (
    BOARD,
    Home,
    add_nodes,
    measured,
    playing,
    rooms_of,
    show_dashboard,
)
from .lamp import furnish

_SIZE = (1400, 800)
_SETTLE_S = 2.5
"""Seconds until pages have drawn their graphs and ended their animations; nothing says so."""

_VISIT_PATIENCE_S = 60.0
_DRAWN_S = 10.0
"""Seconds until the picture of the Doppler is full, beyond those of the walk."""

_STORY_S = 420.0
"""Seconds into the evening at which people have come, sat, gone, and one lies in bed."""


async def take_pictures(home: Home, target: Path) -> None:
    """Write the pictures as PNG into a folder; takes as long as the evening that they show."""
    await asyncio.to_thread(target.mkdir, parents=True, exist_ok=True)
    width, height = _SIZE
    browser = Browser(home.hass.folder.parent / "browser", width=width, height=height)
    async with playing(home) as played, home.hass.client() as client, browser:
        await browser.log_in(home.hass.url, home.hass.token)

        async def photograph(name: str) -> None:
            await asyncio.sleep(_SETTLE_S)
            await browser.picture(target / f"{name}.png")
            home.say(f"took {name}.png")

        await home.hass.set_up_mqtt(home.broker.host, home.broker.port)
        await client.wait_for_discovery("halcyon")
        await browser.open(f"{home.hass.url}/config/integrations/dashboard")
        await browser.wait_for_text("Discovered")
        await photograph("discovered")
        await browser.click("Add")
        await browser.wait_for_text("Submit")
        await photograph("confirm")

        await add_nodes(home, client)
        await measured(client, played.scenario)
        await browser.open(f"{home.hass.url}/config/integrations/integration/halcyon")
        await browser.wait_for_text("Halcyon")
        await photograph("integration")

        await browser.click("Add routine")
        await browser.wait_for_text("It runs when")
        await photograph("routine")
        await furnish(client, played.scenario.house.site)

        await browser.open(f"{home.hass.url}{DOPPLER_PAGE}?node={played.speaker.node}")
        await browser.wait_for_text("Somebody walks", _VISIT_PATIENCE_S)
        await browser.click("try")
        await browser.wait_for_text("✓ walking", _VISIT_PATIENCE_S)
        await asyncio.sleep(_DRAWN_S)
        await photograph("doppler")

        await show_dashboard(client, await rooms_of(client, played.scenario))
        home.say("waiting for the evening to pass")
        await asyncio.sleep(max(0.0, played.start + _STORY_S - time.time()))
        await browser.open(f"{home.hass.url}/{BOARD}")
        await browser.wait_for_text("What happened")
        await photograph("dashboard")
