"""How often a number may be written: enough for a person, little for a recorder."""

from dataclasses import dataclass
import math

LEAP_SECONDS = 30.0
"""A leap waits so long at most: who switches a lamp on looks whether it is seen."""

UNKNOWN_SECONDS = 300.0
"""What is unknown waits so long at most for the next value: who goes to bed again is seen."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A number is shown when it differs by `step`, or by `share` of itself, after `seconds`.

    A leap, by `leap` at least and by a `factor`, is shown sooner.
    """

    step: float
    seconds: float
    share: float = 0.0
    leap: float = math.inf
    factor: float = 1.0

    def differs(self, shown: float, value: float) -> bool:
        """Whether the difference is worth showing."""
        return abs(value - shown) >= max(self.step, self.share * abs(shown))

    def wait(self, shown: float | None, value: float) -> float:
        """Seconds after the last write at which a value may follow what is shown."""
        if shown is None:
            return min(self.seconds, UNKNOWN_SECONDS)
        if abs(value - shown) < self.leap:
            return self.seconds
        return (
            LEAP_SECONDS if max(value, shown) >= self.factor * min(value, shown) else self.seconds
        )


# A home of 16 busy rooms must stay under 20,000 recorder rows a day: five minutes are at most
# 288 rows a day for each quantity, and the steps keep an ordinary day far below that. The steps
# are about twice the repeatability of the usual sensors (SHT4x: 0.1 degC, 1 %; SCD4x: 10 ppm).
# Leaps are what a person does: a lamp, a window, a shower, a party. A day has a few dozen.
# Breathing changes all the time, and twenty sleepers write as much as all the air of the house.
PACES = {
    "temperature": Pace(0.2, 300.0, leap=1.0),
    "humidity": Pace(2.0, 300.0, leap=10.0),
    "illuminance": Pace(5.0, 300.0, share=0.2, leap=20.0, factor=2.0),
    "co2": Pace(50.0, 300.0, leap=200.0),
    "respiration": Pace(1.0, 900.0),
    "heart_rate": Pace(2.0, 900.0),
    "confidence": Pace(10.0, 60.0),
    "ratio": Pace(3.0, 300.0),
    "received": Pace(1.0, 300.0),
    "bad": Pace(1.0, 300.0),
    "duplicate": Pace(1.0, 300.0),
    "gap": Pace(1.0, 300.0),
    "skew": Pace(50.0, 300.0),
}


@dataclass(slots=True)
class Allowance:
    """May be used up at once, up to `most` times, and comes back once in `seconds`."""

    most: float
    seconds: float
    left: float
    counted_at: float

    def spend(self, t: float) -> bool:
        """Whether there is one left at t; if so it is spent."""
        earned = max(0.0, t - self.counted_at) / self.seconds
        self.left = min(self.most, self.left + earned)
        self.counted_at = max(t, self.counted_at)
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True
