"""Which nodes are satellites of Assist, in a home that has Assist."""

from collections.abc import Callable

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..hub import HalcyonConfigEntry, Hub
from ..shown import NODE, Key
from ..subject import Subject, node_subject

SATELLITE = "satellite"


@callback
def async_each_satellite(entry: HalcyonConfigEntry, add: Callable[[Hub, Subject], None]) -> None:
    """Call `add` for every node that was heard before, and for others when they first are."""
    hub, registry = entry.runtime_data, er.async_get(entry.runtime_data.hass)

    def follow(node: str) -> None:
        about, heard = node_subject(entry.entry_id, node), Key(NODE, node, "heard")

        @callback
        def first() -> None:
            stop()
            add(hub, about)

        stop = hub.values.async_listen((heard,), first)
        known = f"{about.unique}{SATELLITE}"
        if heard in hub.values or registry.async_get_entity_id(
            Platform.ASSIST_SATELLITE, DOMAIN, known
        ):
            first()

    for node in hub.nodes:
        follow(node)
