"""The dialects that a configuration asks for."""

from ..decode.dialects import Dialect
from ..decode.dialects.esphome_mqtt import EsphomeMqtt
from ..decode.dialects.zigbee2mqtt import Zigbee2Mqtt
from .config import Config


def dialects_of(config: Config) -> tuple[Dialect, ...]:
    """One translator for each foreign way of speaking that the configuration names."""
    site = config.house.site
    dialects: list[Dialect] = []
    if config.esphome:
        dialects.append(EsphomeMqtt(site, config.esphome))
    if config.zigbee2mqtt is not None:
        dialects.append(Zigbee2Mqtt(site, config.zigbee2mqtt))
    return tuple(dialects)
