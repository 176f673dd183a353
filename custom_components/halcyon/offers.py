"""The found nodes that wait for a person: not too many, and none that has left."""

import logging

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, SOURCE_MQTT
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.service_info.mqtt import MqttServiceInfo

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

MOST_OFFERS = 16
"""More than anybody adds in one go; beyond it a client of the broker is inventing nodes."""

_FOUND = frozenset({SOURCE_INTEGRATION_DISCOVERY, SOURCE_MQTT})


@callback
def async_has_place(hass: HomeAssistant) -> bool:
    """Whether one more node may be offered; says so in the log when the last place goes."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    places = MOST_OFFERS - sum(flow["context"]["source"] in _FOUND for flow in flows)
    if places == 1:
        _LOGGER.warning(
            "%d found nodes wait to be added. Others are not offered before some of these are "
            "added or ignored and Home Assistant is restarted",
            MOST_OFFERS,
        )
    return places > 0


@callback
def async_withdraw(hass: HomeAssistant, unique_ids: set[str]) -> None:
    """Withdraw offers of nodes that have found their room by another way, or left."""
    for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN):
        if flow["context"].get("unique_id") in unique_ids:
            hass.config_entries.flow.async_abort(flow["flow_id"])


@callback
def async_withdraw_first(hass: HomeAssistant, topic: str) -> None:
    """Withdraw the offer of a new site that began with what was announced on a topic."""
    for flow in hass.config_entries.flow.async_progress_by_init_data_type(
        MqttServiceInfo, lambda info: info.topic == topic
    ):
        hass.config_entries.flow.async_abort(flow["flow_id"])
