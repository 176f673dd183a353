"""The Halcyon node for ESPHome: sends what sensors say as protocol 1 over MQTT."""

import re
from typing import Any

from esphome import codegen as cg, config_validation as cv, final_validate as fv
from esphome.components import mqtt, sensor, time as clock, uart
from esphome.const import (
    CONF_BIRTH_MESSAGE,
    CONF_CO2,
    CONF_DISCOVERY,
    CONF_HUMIDITY,
    CONF_ID,
    CONF_ILLUMINANCE,
    CONF_INTERVAL,
    CONF_MODEL,
    CONF_MQTT_ID,
    CONF_PAYLOAD,
    CONF_PROTOCOL,
    CONF_QOS,
    CONF_RETAIN,
    CONF_SHUTDOWN_MESSAGE,
    CONF_TEMPERATURE,
    CONF_TIME_ID,
    CONF_TOPIC,
    CONF_UART_ID,
    CONF_WILL_MESSAGE,
    __version__ as esphome_version,
)

VERSION = "0.1.0"
"""Announced as firmware, so that the engine can ask for a newer node."""

CODEOWNERS: list[str] = []
DEPENDENCIES = ["mqtt"]

CONF_ENVIRONMENT = "environment"
CONF_NODE = "node"
CONF_RADAR = "radar"
CONF_ROOM = "room"
CONF_SITE = "site"

halcyon_ns = cg.esphome_ns.namespace("halcyon")
HalcyonComponent = halcyon_ns.class_("HalcyonComponent", cg.Component)

PROTOCOLS = {
    "ld2450": "TrackingWatcher",
    "rd03d": "TrackingWatcher",
    "ld2410": "GateWatcher",
    "ld2412": "GateWatcher",
    "mr60bha2": "PhaseWatcher",
    "c1001": "ReportWatcher",
    "r60abd1": "ReportWatcher",
    "mr60bha1": "ReportWatcher",
}
"""The radars by the name that the announcement gives, with the class that watches their frames."""

AMBIENT = (CONF_TEMPERATURE, CONF_HUMIDITY, CONF_ILLUMINANCE, CONF_CO2)

AVAILABILITY = {
    CONF_BIRTH_MESSAGE: "online",
    CONF_WILL_MESSAGE: "offline",
    CONF_SHUTDOWN_MESSAGE: "offline",
}


def identifier(value: object) -> str:
    """An id of the protocol: it becomes part of a topic, so nothing else may be in it."""
    text: str = cv.string_strict(value)
    if re.fullmatch(r"[a-z0-9-]{1,32}", text) is None:
        raise cv.Invalid(f"'{text}' must be 1 to 32 characters of a-z, 0-9 and '-'")
    return text


ENVIRONMENT_SCHEMA = cv.All(
    cv.Schema(
        {
            **{cv.Optional(key): cv.use_id(sensor.Sensor) for key in AMBIENT},
            cv.Optional(CONF_INTERVAL, default="60s"): cv.All(
                cv.positive_time_period_milliseconds,
                cv.Range(min=cv.TimePeriod(seconds=1), max=cv.TimePeriod(hours=1)),
            ),
        }
    ),
    cv.has_at_least_one_key(*AMBIENT),
)

RADAR_SCHEMA = cv.Schema(
    {
        cv.GenerateID(CONF_UART_ID): cv.use_id(uart.UARTComponent),
        cv.Required(CONF_PROTOCOL): cv.one_of(*PROTOCOLS, lower=True),
    }
)

CONFIG_SCHEMA = cv.All(
    cv.Schema(
        {
            cv.GenerateID(): cv.declare_id(HalcyonComponent),
            cv.GenerateID(CONF_MQTT_ID): cv.use_id(mqtt.MQTTClientComponent),
            cv.Required(CONF_SITE): identifier,
            cv.Required(CONF_NODE): identifier,
            cv.Optional(CONF_ROOM): identifier,
            cv.Optional(CONF_MODEL): cv.All(cv.string_strict, cv.Length(max=64)),
            cv.Optional(CONF_TIME_ID): cv.use_id(clock.RealTimeClock),
            cv.Optional(CONF_RADAR): RADAR_SCHEMA,
            cv.Optional(CONF_ENVIRONMENT): ENVIRONMENT_SCHEMA,
        }
    ).extend(cv.COMPONENT_SCHEMA),
    cv.has_at_least_one_key(CONF_RADAR, CONF_ENVIRONMENT),
)


def _availability_is_ours(config: dict[str, Any]) -> dict[str, Any]:
    """Refuse a broker configuration with which the engine would not see the node come and go."""
    broker = fv.full_config.get()["mqtt"]
    if broker.get(CONF_DISCOVERY):
        raise cv.Invalid("mqtt: set discovery: false; Halcyon makes the entities of this node")
    topic = f"halcyon/1/{config[CONF_SITE]}/{config[CONF_NODE]}/avail"
    for key, payload in AVAILABILITY.items():
        message = broker.get(key) or {}
        wanted = {CONF_TOPIC: topic, CONF_PAYLOAD: payload, CONF_QOS: 1, CONF_RETAIN: True}
        if any(message.get(part) != value for part, value in wanted.items()):
            raise cv.Invalid(
                f"mqtt: {key} must be '{payload}' on {topic}, QoS 1, retained. "
                "Include packages/node.yaml and leave these messages to it"
            )
    return config


FINAL_VALIDATE_SCHEMA = _availability_is_ours


async def to_code(config: dict[str, Any]) -> None:
    """Write the C++ that sets the node up."""
    node = cg.new_Pvariable(config[CONF_ID])
    await cg.register_component(node, config)
    cg.add(node.set_mqtt(await cg.get_variable(config[CONF_MQTT_ID])))
    radar = config.get(CONF_RADAR)
    cg.add(
        node.set_identity(
            config[CONF_SITE],
            config[CONF_NODE],
            config.get(CONF_ROOM, ""),
            config.get(CONF_MODEL, radar[CONF_PROTOCOL] if radar else "esphome"),
            f"{VERSION} (ESPHome {esphome_version})",
        )
    )
    if CONF_TIME_ID in config:
        cg.add_define("USE_HALCYON_TIME")
        cg.add(node.set_time(await cg.get_variable(config[CONF_TIME_ID])))
    if radar:
        cg.add_define("USE_HALCYON_RADAR")
        protocol = radar[CONF_PROTOCOL]
        watcher = halcyon_ns.class_(PROTOCOLS[protocol]).new()
        cg.add(node.set_radar(await cg.get_variable(radar[CONF_UART_ID]), protocol, watcher))
    if environment := config.get(CONF_ENVIRONMENT):
        cg.add_define("USE_HALCYON_ENVIRONMENT")
        cg.add(node.set_environment_interval(environment[CONF_INTERVAL]))
        for key in AMBIENT:
            if key in environment:
                measured = await cg.get_variable(environment[key])
                cg.add(getattr(node, f"set_{key}")(measured))
