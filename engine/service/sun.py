"""How high the sun stands, for conditions of routines."""

from datetime import UTC, datetime
import json
import math

from ..core.message import HOST_TOPIC, Message

_STEP_DEG = 0.1
"""By so much it must have moved to be told: half a minute around sunrise."""

_NOON_2000 = datetime(2000, 1, 1, 12, tzinfo=UTC).timestamp()
_DAY_S = 86400.0


def elevation(latitude: float, longitude: float, unix: float) -> float:
    """Degrees of the sun's centre above the horizon, without the air's refraction.

    By the low-precision formulas of the Astronomical Almanac (J. J. Michalsky, Solar Energy 40,
    1988), which are right to 0.01 degrees from 1950 to 2050. Latitude is degrees to the north,
    longitude to the east, `unix` seconds.
    """
    days = (unix - _NOON_2000) / _DAY_S
    anomaly = math.radians(357.528 + 0.9856003 * days)
    longitude_deg = 280.460 + 0.9856474 * days
    ecliptic = math.radians(
        longitude_deg + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly)
    )
    tilt = math.radians(23.439 - 4e-7 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    # Sidereal time at Greenwich: degrees that the Earth has turned.
    turned = 280.46062 + 360.98564737 * days
    hour = math.radians(turned + longitude) - ascension
    north = math.radians(latitude)
    height = math.sin(north) * math.sin(declination)
    height += math.cos(north) * math.cos(declination) * math.cos(hour)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))


class SunWatch:
    """Knows what was told of the sun at a place, and when that is no longer so."""

    def __init__(self, latitude: float, longitude: float) -> None:
        self._place = (latitude, longitude)
        self._told = math.inf

    def news(self, unix: float, host_t: float) -> Message | None:
        """The message that is due at a time of both clocks; None while nothing is new."""
        height = elevation(*self._place, unix)
        if abs(height - self._told) < _STEP_DEG:
            return None
        self._told = height
        body = {"elevation": round(height, 2)}
        return Message(f"{HOST_TOPIC}sun", json.dumps(body).encode(), host_t)
