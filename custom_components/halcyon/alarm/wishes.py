"""What people want of alarms: told to the engine, or refused with a reason."""

from collections.abc import Callable, Mapping
from datetime import date

from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from ..sleep.subentries import SleeperConfig
from .config import AlarmConfig

type Intent = Callable[..., None]
type Sleepers = Mapping[str, SleeperConfig]


class AlarmWishes:
    """Takes wishes for the alarms of `sleepers`, while they are `heeded`.

    `intent` tells the engine, `expect` is called with a sleeper who counts on their alarm from now
    on. `armed` are those who do, `rung` those whose alarm rings or rests.
    """

    def __init__(self, intent: Intent, expect: Callable[[str], None]) -> None:
        self.armed: set[str] = set()
        self.rung: set[str] = set()
        self.heeded = False
        self.sleepers: Sleepers = {}
        self._intent = intent
        self._expect = expect

    @callback
    def arm(self, sleeper: str, *, on: bool) -> None:
        """Switch an alarm; raises ServiceValidationError where nothing could ring it."""
        alarm = self.require(sleeper)
        if on and not alarm.has_ringer:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="alarm_without_ringer",
                translation_placeholders={"sleeper": self.sleepers[sleeper].title},
            )
        (self.armed.add if on else self.armed.discard)(sleeper)
        if on:
            self._expect(sleeper)
        self._intent("alarm_arm", sleeper=sleeper, on=on)

    @callback
    def set_once(self, sleeper: str, time: str | None, day: date | None) -> None:
        """Set one date's alarm (HH:MM:SS), or leave it out; no date is the next time it is so late.

        Who names a time wants to be woken: it is armed by that.
        """
        self.require(sleeper)
        if time is not None:
            self.arm(sleeper, on=True)
        date_text = None if day is None else day.isoformat()
        self._intent("alarm_set", sleeper=sleeper, time=time, date=date_text)

    @callback
    def skip(self, sleeper: str, *, on: bool) -> None:
        """Leave out the next occurrence, or none after all."""
        self.require(sleeper)
        self._intent("alarm_skip", sleeper=sleeper, on=on)

    @callback
    def snooze(self, sleeper: str, minutes: float | None) -> None:
        """Be silent for a while; raises ServiceValidationError while nothing rings."""
        self.require(sleeper)
        if sleeper not in self.rung:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="alarm_not_ringing",
                translation_placeholders={"sleeper": self.sleepers[sleeper].title},
            )
        self._intent("snooze", sleeper=sleeper, minutes=minutes)

    @callback
    def dismiss(self, sleeper: str) -> None:
        """It is over; where nothing rings and no window is open, nothing happens."""
        self.require(sleeper)
        self._intent("dismiss", sleeper=sleeper)

    def require(self, sleeper: str) -> AlarmConfig:
        """The alarm of a sleeper; raises ServiceValidationError while nobody heeds it."""
        config = self.sleepers.get(sleeper)
        if config is None or config.alarm is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="no_alarm",
                translation_placeholders={"sleeper": sleeper if config is None else config.title},
            )
        if not self.heeded:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="alarm_of_service"
            )
        return config.alarm

    def tell(self) -> None:
        """Tell the engine of every alarm; the same again changes nothing."""
        for name, sleeper in self.sleepers.items():
            if sleeper.alarm is not None:
                self._intent("alarm", sleeper=name, **sleeper.alarm.wish(name))
                self._intent("alarm_arm", sleeper=name, on=name in self.armed)
