"""Placing a speaker node: its real program, the integration, and the page that draws."""

from collections.abc import AsyncIterator
import json
from pathlib import Path

import pytest

from stage.broker import Broker
from stage.browser import Browser
from stage.client import Client
from stage.dashboard import DOPPLER_PAGE
from stage.hass import Hass
from stage.home import confirm_discovery
from stage.speaker import Speaker, Visit

pytestmark = pytest.mark.browser

_SITE = "placing"
_WALKS = Visit(enters=12.0, stays=300.0, every=600.0)
_PATIENCE_S = 60.0


@pytest.fixture
async def speaker(home: Client, broker: Broker, tmp_path: Path) -> AsyncIterator[Speaker]:
    """A node that was added, in a room into which somebody comes and walks."""
    speaker = Speaker(tmp_path / "speaker", broker, "ear", "hall", _WALKS, site=_SITE)
    await speaker.start()
    assert await confirm_discovery(home) == "ear (Speaker node)"
    await home.wait_for(
        lambda states: any(each.endswith("ear_pets_present") for each in states), "its tone"
    )
    yield speaker
    speaker.stop()
    await speaker.forget()
    (entry,) = [each for each in await home.entries("halcyon") if each["title"] == "Placing"]
    await home.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")


async def test_a_walk_is_drawn_and_a_place_is_judged(
    hass: Hass, speaker: Speaker, tmp_path: Path
) -> None:
    async with Browser(tmp_path, width=390, height=844) as browser:
        await browser.log_in(hass.url, hass.token)
        await browser.open(f"{hass.url}{DOPPLER_PAGE}?node={speaker.node}")
        await browser.wait_for_text(f"Live from {speaker.node}")
        await browser.wait_for_text("Begin with 1 m straight ahead.")
        await browser.wait_for_text("Somebody walks", _PATIENCE_S)

        await browser.click("try")
        await browser.wait_for_text("✓ walking", _PATIENCE_S)
        assert await _painted(browser)
        # Nothing sticks out of a phone, and everything can be reached by the Tab key.
        assert await browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await browser.evaluate(
            "[...document.querySelectorAll('button, select')].every(e => e.tabIndex === 0)"
        )


async def test_who_is_not_logged_in_is_asked_for_a_token(
    hass: Hass, speaker: Speaker, tmp_path: Path
) -> None:
    async with Browser(tmp_path) as browser:
        await browser.open(f"{hass.url}{DOPPLER_PAGE}?node={speaker.node}")
        await browser.wait_for_text("Not logged in")
        await browser.evaluate(
            f"(document.getElementById('token').value = {json.dumps(hass.token)},"
            " document.getElementById('form').requestSubmit())"
        )
        await browser.wait_for_text(f"Live from {speaker.node}")


async def _painted(browser: Browser) -> bool:
    """Whether the picture holds more than its background."""
    script = (
        "(() => { const c = document.getElementById('fall');"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "return new Set(Array.from(d.filter((_, i) => i % 4 === 1))).size > 8; })()"
    )
    return bool(await browser.evaluate(script))
