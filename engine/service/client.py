"""One MQTT client for one connection, and what its errors mean to a person."""

import logging
import ssl

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from .broker import Broker

UNSUPPORTED_VERSION = 132
REFUSED = frozenset({134, 135, 138})
"""MQTT 5 reason codes: bad user name or password, not authorized, banned."""

MOST_WAITING = 1000
"""Messages to read, and to send, that are kept while either side is slow."""

_KEEPALIVE = 30
"""Seconds; the broker takes one and a half times as long to see that we are gone."""

_HANDSHAKE = 10.0


def connection(
    broker: Broker,
    identity: str,
    protocol: aiomqtt.ProtocolVersion,
    *,
    will: aiomqtt.Will | None = None,
) -> aiomqtt.Client:
    """A client for one connection, to be used as a context manager."""
    tls = broker.tls
    context = None
    if tls is not None:
        context = ssl.create_default_context(cafile=tls.ca)
        if tls.certificate is not None:
            context.load_cert_chain(tls.certificate, tls.key)
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.username,
        password=broker.password,
        identifier=identity,
        protocol=protocol,
        will=will,
        keepalive=_KEEPALIVE,
        timeout=_HANDSHAKE,
        max_queued_incoming_messages=MOST_WAITING,
        max_queued_outgoing_messages=MOST_WAITING,
        tls_context=context,
        # The client reports every dropped message; we say it once in a while.
        logger=_quiet(),
    )


def reason_of(error: BaseException) -> int | None:
    """The MQTT 5 reason code in an error, None where there is none."""
    code = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    return code.value if isinstance(code, ReasonCode) else None


def explain(error: BaseException, broker: Broker) -> str:
    """What went wrong with a connection, and what to do about it."""
    where = f"{broker.host}:{broker.port}"
    code, text = reason_of(error), str(error)
    if code in REFUSED:
        return (
            f"The broker at {where} refuses us ({text}); "
            "check mqtt.username and mqtt.password against the broker's own users"
        )
    if "certificate" in text.lower() or "ssl" in text.lower():
        return (
            f"No trusted connection to {where} ({text}); check mqtt.tls.ca and that "
            "mqtt.host is a name in the broker's certificate"
        )
    if "refused" in text.lower():
        return (
            f"Nothing listens at {where} ({text}); "
            "start the broker or correct mqtt.host and mqtt.port"
        )
    return f"No connection to the broker at {where} ({text}); check mqtt.host and the network"


def _quiet() -> logging.Logger:
    logger = logging.getLogger(f"{__name__}.client")
    logger.setLevel(logging.CRITICAL)
    return logger
