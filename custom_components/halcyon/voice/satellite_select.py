"""Which assistant answers at a node."""

from homeassistant.components.assist_pipeline import AssistPipelineSelect
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from ..devices import device_info
from ..hub import HalcyonConfigEntry, Hub
from ..subject import Subject
from .satellites import SATELLITE, async_each_satellite


class SatelliteAssistantSelect(AssistPipelineSelect):
    """The assistant of one node, the preferred one unless another is chosen."""

    _attr_has_entity_name = True

    def __init__(self, hass: HomeAssistant, about: Subject) -> None:
        super().__init__(hass, DOMAIN, f"{about.unique}{SATELLITE}")
        self._attr_device_info = device_info(about.device)


@callback
def async_add_choices(
    entry: HalcyonConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the choice to every node that hears."""

    def add(hub: Hub, about: Subject) -> None:
        async_add_entities([SatelliteAssistantSelect(hub.hass, about)])

    async_each_satellite(entry, add)
