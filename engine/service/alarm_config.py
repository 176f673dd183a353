"""Alarms in the configuration, as the wishes that make them: the tables `alarms`."""

from ..core.reading import Intent
from ..core.snapshot import Json
from ..decide.alarm.wishes import DAYS, read_wish
from .table import ConfigError, Table

type Wish = dict[str, Json]
"""The body of a `$host/intent`."""

_TEXTS = ("nodes", "sound")
_NUMBERS = ("window_min", "snooze_min", "patience_min", "volume")
_LARGEST = 1e4
"""More than any of the numbers may be; what each may be the engine knows."""


def read_alarms(top: Table) -> tuple[Wish, ...]:
    """The tables `alarms`, one for a sleeper. Raises ConfigError.

    The ringers are nodes: nothing else rings where there is no Home Assistant. `armed` is said at
    every start; without it the alarm stays as it was switched last.
    """
    described = top.take("alarms")
    if described is None:
        return ()
    if not isinstance(described, list):
        raise ConfigError("alarms must be tables: [[alarms]]")
    wishes: list[Wish] = []
    for number, each in enumerate(described):
        if not isinstance(each, dict):
            raise ConfigError("alarms must be tables: [[alarms]]")
        wishes += _alarm(Table(each, f"alarms[{number}]."), f"alarms[{number}]")
    return tuple(wishes)


def _alarm(table: Table, place: str) -> list[Wish]:
    sleeper = table.optional_text("sleeper")
    if sleeper is None:
        raise ConfigError(f'{place}.sleeper is missing: sleeper = "…"')
    wish: Wish = {"name": "alarm", "sleeper": sleeper}
    for key in (*DAYS, *_TEXTS):
        wish[key] = table.optional_text(key)
    for key in _NUMBERS:
        wish[key] = table.optional_number(key, 0.0, _LARGEST)
    wishes = [wish]
    if table.has("armed"):
        on = table.flag("armed", default=False)
        wishes.append({"name": "alarm_arm", "sleeper": sleeper, "on": on})
    table.done()
    fields = tuple(
        (key, value)
        for key, value in wish.items()
        if key != "name" and isinstance(value, str | float | None)
    )
    if read_wish(Intent("alarm", fields)) is None:
        raise ConfigError(
            f"{place} is no alarm: times are HH:MM, nodes are names parted by commas, and numbers "
            "are within what docs/alarm.md says"
        )
    return wishes
