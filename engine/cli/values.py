"""What an option's text may be; argparse says what was wrong with it."""

import argparse
import math

_MQTT_PORT = 1883


def names(text: str) -> list[str]:
    """Names with commas between them."""
    return [name.strip() for name in text.split(",") if name.strip()]


def positive(text: str) -> float:
    """A finite number above 0."""
    value = float(text)
    if not 0.0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value


def count(text: str) -> int:
    """A whole number from 1 on."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def address(text: str) -> tuple[str, int]:
    """HOST or HOST:PORT of a broker."""
    host, colon, port = text.rpartition(":")
    if not colon:
        return text, _MQTT_PORT
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not HOST or HOST:PORT")
    return host.strip("[]"), int(port)
