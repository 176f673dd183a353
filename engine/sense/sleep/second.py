"""What a node tells in one second of whoever is before it, from which identity and place follow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Second:
    """One second of one node, at host time `t` (unix); None where it was not measured.

    `present` is the radar's own verdict, `distance` metres to the person it reports (the nearest
    one, as far as radars know), `others` metres to further targets where it gives several.
    `rate` is breaths per minute, `quality` 0-1 how much of the signal is breathing, `amplitude`
    the depth of a breath in the sensor's own unit, `chest` the same in millimetres where the unit
    says how many they are, `heart` beats per minute, and `movement` 0-1 how much the body moved.
    """

    t: float
    present: bool | None = None
    distance: float | None = None
    others: tuple[float, ...] = ()
    rate: float | None = None
    quality: float | None = None
    amplitude: float | None = None
    movement: float | None = None
    chest: float | None = None
    heart: float | None = None
