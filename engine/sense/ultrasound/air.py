"""Air: the speed of sound and what the air absorbs, from temperature, humidity and pressure."""

from dataclasses import dataclass
import math

REFERENCE_KPA = 101.325
_REFERENCE_K = 293.15
_TRIPLE_POINT_K = 273.16
_SPEED_AT_REFERENCE = 343.2


@dataclass(frozen=True, slots=True)
class Air:
    """Still air: degrees Celsius, percent relative humidity, kilopascal.

    The defaults are what a room is taken for when nobody measures it.
    """

    temperature: float = 20.0
    humidity: float = 50.0
    pressure: float = REFERENCE_KPA

    @property
    def kelvin(self) -> float:
        """The absolute temperature."""
        return self.temperature + 273.15

    @property
    def sound_speed(self) -> float:
        """m/s (ISO 9613-1:1993)."""
        return _SPEED_AT_REFERENCE * math.sqrt(self.kelvin / _REFERENCE_K)

    def absorption(self, frequency: float) -> float:
        """The absorption in dB per metre at a frequency in Hz, by ISO 9613-1:1993."""
        ratio = self.kelvin / _REFERENCE_K
        pressure = self.pressure / REFERENCE_KPA
        saturation = 10 ** (-6.8346 * (_TRIPLE_POINT_K / self.kelvin) ** 1.261 + 4.6151)
        vapour = self.humidity * saturation / pressure
        oxygen = pressure * (24 + 4.04e4 * vapour * (0.02 + vapour) / (0.391 + vapour))
        nitrogen = (
            pressure * ratio**-0.5 * (9 + 280 * vapour * math.exp(-4.170 * (ratio ** (-1 / 3) - 1)))
        )
        classical = 1.84e-11 / pressure * math.sqrt(ratio)
        relaxation = ratio**-2.5 * (
            0.01275 * math.exp(-2239.1 / self.kelvin) / (oxygen + frequency**2 / oxygen)
            + 0.1068 * math.exp(-3352.0 / self.kelvin) / (nitrogen + frequency**2 / nitrogen)
        )
        per_metre: float = 8.686 * frequency**2 * (classical + relaxation)
        return per_metre
