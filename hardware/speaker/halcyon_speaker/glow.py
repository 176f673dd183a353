"""How bright a light is at each moment of a change."""

from dataclasses import dataclass

from halcyon.core.reading import SEEN_POWER

FULL = 255.0
"""Of a colour, as commands and announcements count."""

type Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""

WHITE: Colour = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Glow:
    """A colour at a brightness as it is seen, 0 to 1."""

    brightness: float
    colour: Colour = WHITE

    @property
    def emitted(self) -> float:
        """The part of its greatest power that a lamp must emit, 0 to 1."""
        return float(self.brightness**SEEN_POWER)


@dataclass(frozen=True, slots=True)
class Light:
    """A light that a node has: how it glows, or is going to, and whether it has colours."""

    glow: Glow
    coloured: bool


@dataclass(frozen=True, slots=True)
class Fade:
    """From one glow to another within `seconds` from `begin` on, s of any clock."""

    before: Glow
    after: Glow
    begin: float
    seconds: float

    def at(self, t: float) -> Glow:
        """How it glows at a time."""
        part = 1.0 if self.seconds <= 0 else min(1.0, max(0.0, (t - self.begin) / self.seconds))
        red, green, blue = (
            old + part * (new - old)
            for old, new in zip(self.before.colour, self.after.colour, strict=True)
        )
        brightness = self.before.brightness + part * (
            self.after.brightness - self.before.brightness
        )
        return Glow(brightness, (red, green, blue))

    def is_over(self, t: float) -> bool:
        """Whether nothing changes any more."""
        return t >= self.begin + self.seconds
