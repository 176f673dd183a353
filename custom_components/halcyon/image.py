"""The last night of a sleeper as a picture."""

from collections.abc import Sequence
from functools import partial
import math
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.const import Platform, UnitOfTemperature
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import TemperatureConverter

from .appearing import add_entities
from .const import DOMAIN
from .engine.sense.sleep.kept import Kept
from .engine.sense.sleep.report import Report
from .entity import HalcyonEntity
from .hub import HalcyonConfigEntry, Hub
from .sleep.nights import NIGHT
from .sleep.style import Style
from .subject import Subject

PARALLEL_UPDATES = 0

NIGHT_IMAGES = (ImageEntityDescription(key=NIGHT, translation_key=NIGHT),)

_TOKEN_SECONDS = 3600.0
"""For so long a link to the picture has the same token, and for as long again it is accepted. Home
Assistant would change it every five minutes, which is a row for the recorder each time: as many as
all else that a sleeper shows in a day and a night."""

_WORDS = f"component.{DOMAIN}.selector.picture.options."


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the picture of every sleeper."""
    add_entities(entry, async_add_entities, NightImage, nights=NIGHT_IMAGES)


class NightImage(HalcyonEntity, ImageEntity):
    """The last night, drawn when somebody looks at it, and again when it is another."""

    platform_domain = Platform.IMAGE
    _attr_content_type = "image/png"

    def __init__(self, hub: Hub, subject: Subject, description: ImageEntityDescription) -> None:
        HalcyonEntity.__init__(self, hub, subject, description)
        self._token_at = -math.inf
        ImageEntity.__init__(self, hub.hass)
        self._drawn: bytes | None = None
        self._note()

    @override
    async def async_image(self) -> bytes | None:
        kept = self.hub.nights.latest.get(self.subject.name)
        if kept is None:
            return None
        if self._drawn is None:
            before = await self.hub.nights.async_before(kept)
            style = await async_style(self.hass)
            job = partial(_draw, kept, before, style)
            self._drawn = await self.hass.async_add_executor_job(job)
        return self._drawn

    @callback
    @override
    def async_update_token(self) -> None:
        now = self.hub.clock()
        if now - self._token_at >= _TOKEN_SECONDS:
            self._token_at = now
            super().async_update_token()

    @callback
    @override
    def _changed(self) -> None:
        self._drawn = None
        self._note()
        super()._changed()

    def _note(self) -> None:
        kept = self.hub.nights.latest.get(self.subject.name)
        ended = None if kept is None else dt_util.utc_from_timestamp(kept.report.end)
        self._attr_image_last_updated = ended


async def async_style(hass: HomeAssistant) -> Style:
    """How this home reads a picture."""
    words = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    unit = hass.config.units.temperature_unit
    return Style(
        words={key.removeprefix(_WORDS): word for key, word in words.items() if _WORDS in key},
        zone=dt_util.get_default_time_zone(),
        degrees=TemperatureConverter.converter_factory(UnitOfTemperature.CELSIUS, unit),
        unit=unit,
    )


def _draw(kept: Kept, before: Sequence[Report], style: Style) -> bytes:
    # Pillow takes long to import, and is not needed before somebody looks at a picture.
    from .sleep.picture import draw

    return draw(kept, before, style)
