"""What can be believed of a room's air and light, and which changes are worth telling."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be believed of one quantity, in its own unit.

    `low` and `high` bound a dwelling's values, `per_minute` how fast they change (None: at
    once, as light does), `telling` is a change that no sensor of the quantity can miss, and
    `absolute` plus `relative` is the change that is worth telling.
    """

    low: float
    high: float
    per_minute: float | None
    telling: float
    absolute: float
    relative: float = 0.0


QUANTITIES = {
    # Sensors of nodes are rated from -40 to 85 degrees; a window opened in winter costs about
    # a degree a minute.
    "temperature": Quantity(-40.0, 85.0, 5.0, 1.0, 0.1),
    # A shower raises a small bathroom by some 10 % a minute.
    "humidity": Quantity(0.0, 100.0, 20.0, 5.0, 1.0),
    # Full sun through a window; beyond 200 klx no sunlight reaches.
    "illuminance": Quantity(0.0, 200_000.0, None, 50.0, 1.0, 0.05),
    # Outdoor air has over 400 ppm; sensors drift below it, never to zero. Breathing onto a
    # sensor raises it by some thousand a minute.
    "co2": Quantity(250.0, 10_000.0, 2000.0, 100.0, 10.0),
}
"""By the name of the field of Ambient."""
