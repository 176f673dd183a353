"""The air of a scene: what `sense` knows of air, and how it changes while the scene runs."""

from dataclasses import dataclass
import math

from ...sense.ultrasound import air

_NEPERS_PER_DB = math.log(10) / 20


@dataclass(frozen=True, slots=True)
class Air(air.Air):
    """Still air that may warm up.

    `warming` is how fast the room warms up, kelvin an hour: it turns the phase of every path
    slowly, because the speed of sound follows.
    """

    warming: float = 0.0

    def attenuation(self, frequency: float) -> float:
        """Nepers of amplitude per metre at a frequency in Hz."""
        return self.absorption(frequency) * _NEPERS_PER_DB
