"""The source of sound that a configuration names."""

from dataclasses import replace
from pathlib import Path

from ..config import Config
from ..oscillator import nearest_carrier
from .device import Device


def open_device(config: Config) -> tuple[Config, Device]:
    """The device, and the configuration as the device makes it be.

    A recording brings its own rate and its own carrier. Raises DeviceError, and ConfigError for a
    scene that cannot be read.
    """
    kind, _, path = config.sound.source.partition(":")
    if kind == "file":
        from .files import Recording

        sound = config.sound
        recording = Recording(Path(path), pace=sound.pace, played=sound.played)
        hardware = replace(config.options.hardware, rate=recording.rate)
        carrier = config.options.carrier or nearest_carrier(recording.carrier())
        options = replace(config.options, hardware=hardware, carrier=carrier)
        return replace(config, options=options), recording
    if kind == "scene":
        from .scene import SimulatedRoom, load_setting

        setting = load_setting(Path(path), config.sound.microphones)
        return config, SimulatedRoom(setting, config.sound.rate, pace=config.sound.pace)
    from .card import Card

    return config, Card(config.sound)
