"""Stands in for ESPHome's `mqtt`, which has no host build: a socket of the test is the broker."""

# mypy: disable-error-code=import-not-found
# ESPHome, which imports this file, lives in an environment of its own.

from typing import Any

from esphome import codegen as cg, config_validation as cv
from esphome.const import CONF_BROKER, CONF_ID

mqtt_ns = cg.esphome_ns.namespace("mqtt")
MQTTClientComponent = mqtt_ns.class_("MQTTClientComponent", cg.Component)

CONFIG_SCHEMA = cv.Schema(
    {
        cv.GenerateID(): cv.declare_id(MQTTClientComponent),
        cv.Required(CONF_BROKER): cv.string_strict,
    },
    extra=cv.ALLOW_EXTRA,
).extend(cv.COMPONENT_SCHEMA)


def __getattr__(name: str) -> object:
    """The classes by which ESPHome's entities would publish themselves."""
    if name.startswith("MQTT"):
        return mqtt_ns.class_(name)
    raise AttributeError(name)


async def register_mqtt_component(_entity: object, _config: dict[str, Any]) -> None:
    """Leave entities alone: only what the Halcyon component sends counts."""


async def to_code(config: dict[str, Any]) -> None:
    """Write the C++ that makes the client."""
    client = cg.new_Pvariable(config[CONF_ID])
    await cg.register_component(client, config)
    cg.add(client.set_socket_path(config[CONF_BROKER]))
