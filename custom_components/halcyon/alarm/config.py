"""A sleeper's alarm as Home Assistant keeps it: a part of the sleeper's subentry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.decide.alarm.melodies import DAWN, MELODIES
from ..engine.decide.alarm.settings import SNOOZE_MIN, WINDOW_MIN
from ..engine.decide.alarm.wishes import DAYS

CONF_ACTION = "action"
CONF_ALARM = "alarm"
CONF_BRIGHTNESS = "brightness"
CONF_FALLBACK = "fallback"
CONF_HOLIDAYS = "holidays"
CONF_LEAD_MIN = "lead_min"
CONF_LIGHTS = "lights"
CONF_MEDIA_PLAYERS = "media_players"
CONF_PATIENCE = "patience"
CONF_RING_NODES = "ring_nodes"
CONF_SHIFTS = "shifts"
CONF_SNOOZE_MIN = "snooze_min"
CONF_SOUND = "sound"
CONF_SUNRISE_MIN = "sunrise_min"
CONF_VOLUME = "volume"
CONF_WEEK = "week"
CONF_WINDOW_MIN = "window_min"

PATIENCE_MIN = {"sleep": 20.0, "balanced": 100.0, "gentle": 400.0}
"""Minutes of sleep that it is worth to be woken from light sleep, by what a person chooses."""

BALANCED = "balanced"
VOLUME_PERCENT = 50.0
SUNRISE_MIN = 30.0
BRIGHTNESS_PERCENT = 100.0
LEAD_MIN = 60.0

ACTION_RINGER = "action:"
"""Begins the name of a ringer that is a sleeper's own action; others are media players."""


@dataclass(frozen=True, slots=True)
class AlarmConfig:
    """One sleeper's alarm. `week` has times as HH:MM by the day, and no day without an alarm.

    `volume` and `brightness` are 0-1, names that end in `_min` minutes. `fallback` rings where
    another ringer of Home Assistant cannot.
    """

    week: Mapping[str, str]
    nodes: tuple[str, ...]
    media_players: tuple[str, ...]
    action: tuple[Mapping[str, Any], ...]
    fallback: tuple[str, ...]
    sound: str
    volume: float
    window_min: float
    snooze_min: float
    patience: str
    lights: tuple[str, ...]
    sunrise_min: float
    brightness: float
    holidays: tuple[str, ...]
    shifts: tuple[str, ...]
    lead_min: float

    @property
    def has_ringer(self) -> bool:
        """Whether anything is there that could ring."""
        return bool(self.nodes or self.media_players or self.action or self.fallback)

    def ringers(self, sleeper: str) -> tuple[str, ...]:
        """What Home Assistant rings; what else only steps in rings where there is nothing else."""
        action = (f"{ACTION_RINGER}{sleeper}",) if self.action else ()
        return (*self.media_players, *action) or self.fallback

    def wish(self, sleeper: str) -> dict[str, str | float | None]:
        """The alarm as the engine is told of it; see docs/protocol.md."""
        return {
            **{day: self.week.get(day) for day in DAYS},
            "nodes": ",".join(self.nodes),
            "ringers": ",".join(self.ringers(sleeper)),
            "window_min": self.window_min,
            "snooze_min": self.snooze_min,
            "patience_min": PATIENCE_MIN[self.patience],
            # Nodes have the sounds of the engine; anything else is for media players.
            "sound": self.sound if self.sound in MELODIES else None,
            "volume": self.volume,
        }


def alarm_config(data: Mapping[str, Any]) -> AlarmConfig | None:
    """The alarm in the data of a sleeper's subentry; None while there is none."""
    alarm: Mapping[str, Any] | None = data.get(CONF_ALARM)
    if alarm is None:
        return None
    return AlarmConfig(
        week=dict(alarm.get(CONF_WEEK, {})),
        nodes=tuple(alarm.get(CONF_RING_NODES, ())),
        media_players=tuple(alarm.get(CONF_MEDIA_PLAYERS, ())),
        action=tuple(alarm.get(CONF_ACTION, ())),
        fallback=tuple(alarm.get(CONF_FALLBACK, ())),
        sound=alarm.get(CONF_SOUND, DAWN),
        volume=alarm.get(CONF_VOLUME, VOLUME_PERCENT) / 100,
        window_min=alarm.get(CONF_WINDOW_MIN, WINDOW_MIN),
        snooze_min=alarm.get(CONF_SNOOZE_MIN, SNOOZE_MIN),
        patience=alarm.get(CONF_PATIENCE, BALANCED),
        lights=tuple(alarm.get(CONF_LIGHTS, ())),
        sunrise_min=alarm.get(CONF_SUNRISE_MIN, SUNRISE_MIN),
        brightness=alarm.get(CONF_BRIGHTNESS, BRIGHTNESS_PERCENT) / 100,
        holidays=tuple(alarm.get(CONF_HOLIDAYS, ())),
        shifts=tuple(alarm.get(CONF_SHIFTS, ())),
        lead_min=alarm.get(CONF_LEAD_MIN, LEAD_MIN),
    )


def changed_week(
    data: Mapping[str, Any], days: tuple[str, ...], time: str | None
) -> dict[str, Any]:
    """The data of a subentry with some days' alarm at another time (HH:MM), None for none."""
    alarm = dict(data[CONF_ALARM])
    week = {day: at for day, at in alarm.get(CONF_WEEK, {}).items() if day not in days}
    if time is not None:
        week |= dict.fromkeys(days, time)
    alarm[CONF_WEEK] = {day: week[day] for day in DAYS if day in week}
    return {**data, CONF_ALARM: alarm}
