"""Whether what was learned of the quiet room still fits: the room, the device and the air change.

The engine judges (`sense/ultrasound/staleness.py`); here is measured what it judges by. Levels
are relative to what is emitted, so that a quieter tone is no change of the room.
"""

from dataclasses import replace
import math

import numpy as np

from halcyon.core.reading import MotionLevel
from halcyon.core.snapshot import Json, SnapshotError, item, optional_number_in
from halcyon.sense.ultrasound.air import Air
from halcyon.sense.ultrasound.floor import Learned
from halcyon.sense.ultrasound.staleness import Conditions, Freshness, Staleness

from .listener import Chunk
from .sensing import Seen

_PATH_M = 8.0
"""There and back to 4 m, as far as people are to be found."""

_SMOOTHING = 0.01
"""Of one chunk in the mean: five seconds of tone, most of a minute while it comes in bursts."""

_SILENCE = 1e-9


class Ageing:
    """Watches what a node learned. Times are host seconds."""

    def __init__(self, conditions: Conditions) -> None:
        self._learned = conditions
        self._now = Conditions()
        self._at: float | None = None
        self._begun = False
        self._staleness: Staleness | None = None

    def air(self, temperature: float | None, humidity: float | None) -> None:
        """What the air of the room is like: degrees Celsius and percent; both or nothing."""
        air = None
        if temperature is not None and humidity is not None:
            air = Air(temperature, humidity)
        self._now = replace(self._now, air=air)

    def observe(self, chunk: Chunk, seen: Seen, learned: Learned, t: float) -> Conditions | None:
        """Take in a chunk that ends at t; gives what the room was like if it was just learned."""
        self._measure(chunk, seen)
        # What is there from the beginning was learned before a restart, under what was kept.
        restored, self._begun = not self._begun, True
        changed = learned.at is not None and learned.at != self._at
        if changed and learned.at is not None:
            self._at = learned.at
            if not restored:
                self._learned = self._now
            carrier = learned.carrier or chunk.reading.carrier
            self._staleness = Staleness(learned.at, self._learned, carrier, _PATH_M)
        if self._staleness is not None and learned.fits(chunk.reading.carrier):
            self._staleness.observe(self._now, t)
        return self._learned if changed and not restored else None

    def judge(self, t: float) -> Freshness:
        """How fresh at t what was learned is; what was never learned is called fresh."""
        return Freshness.FRESH if self._staleness is None else self._staleness.judge(t).freshness

    def _measure(self, chunk: Chunk, seen: Seen) -> None:
        reading = chunk.reading
        usable = reading.emitting and not (reading.settling or reading.playback or reading.clipped)
        if not usable or seen.level is not MotionLevel.NONE or seen.ratio is None:
            return
        heard = float(np.abs(reading.samples.mean(axis=0)).max())
        level = 20 * math.log10(max(heard, _SILENCE))
        self._now = replace(
            self._now,
            level=_towards(self._now.level, level - (reading.level or 0.0)),
            noise=_towards(self._now.noise, level - seen.ratio),
        )


def _towards(mean: float | None, value: float) -> float:
    return value if mean is None else mean + _SMOOTHING * (value - mean)


def conditions_to_json(conditions: Conditions) -> Json:
    """What `conditions_from_json` reads."""
    air = conditions.air
    return {
        "level": conditions.level,
        "noise": conditions.noise,
        "temperature": None if air is None else air.temperature,
        "humidity": None if air is None else air.humidity,
    }


def conditions_from_json(state: Json) -> Conditions:
    """What `conditions_to_json` gave, nothing known for None; raises SnapshotError otherwise."""
    if state is None:
        return Conditions()
    if not isinstance(state, dict):
        raise SnapshotError(f"{item(state, 'level')!r} is no condition")
    temperature = optional_number_in(state, "temperature")
    humidity = optional_number_in(state, "humidity")
    air = None
    if temperature is not None and humidity is not None:
        air = Air(temperature, humidity)
    return Conditions(optional_number_in(state, "level"), optional_number_in(state, "noise"), air)
