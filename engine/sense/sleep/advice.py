"""What the sleeper could improve in the room, with the limits that others have found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import operator

from ...core.sleep import EPOCH_S
from ...core.snapshot import Json
from .report import QUANTITIES, Report, slept

_SHARE = 0.25
"""A limit counts when it is passed in this share of the sleep: a lamp that is switched on for a
minute, or the sun of the last half hour, is no trouble."""

_FEWEST = 20
"""Epochs of sleep with a value, which are ten minutes, below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound of what is good for sleep: `beyond(value, bound)` is the trouble called `key`."""

    key: str
    quantity: str
    beyond: Callable[[float, float], bool]
    bound: float
    source: str


LIMITS = (
    Limit(
        "too_warm",
        "temperature",
        operator.gt,
        26.0,
        "CIBSE TM59:2017: a bedroom above 26 degrees C at night counts as overheated",
    ),
    Limit(
        "too_dry",
        "humidity",
        operator.lt,
        30.0,
        "US EPA, Mold Course, chapter 2: indoor relative humidity ideally from 30 to 50 percent",
    ),
    Limit(
        "too_humid",
        "humidity",
        operator.gt,
        60.0,
        "US EPA, Mold Course, chapter 2: indoor relative humidity below 60 percent",
    ),
    Limit(
        # A sensor's lux are weighted for seeing, those of the source for the inner clock. Of the
        # lamps and the daylight of homes the former are the larger, so this errs on the dark side.
        "too_bright",
        "illuminance",
        operator.gt,
        1.0,
        "Brown et al. 2022, doi:10.1371/journal.pbio.3001571: at most 1 lux (melanopic) in sleep",
    ),
    Limit(
        "stuffy",
        "co2",
        operator.gt,
        1150.0,
        "ASHRAE research project 1837: sleep is worse above 1150 ppm of CO2 in the bedroom",
    ),
)


@dataclass(frozen=True, slots=True)
class Advice:
    """A limit that was passed: for how many `minutes` of the sleep, and how far at `worst`."""

    key: str
    quantity: str
    limit: float
    worst: float
    minutes: float
    source: str

    def to_json(self) -> Json:
        """As the document of a night holds it."""
        return {
            "key": self.key,
            "quantity": self.quantity,
            "limit": self.limit,
            "worst": self.worst,
            "minutes": self.minutes,
            "source": self.source,
        }


def advise(report: Report) -> tuple[Advice, ...]:
    """What was not good in the room while they slept; what was not measured is not judged."""
    found = (_judge(limit, slept(report, report.series[limit.quantity])) for limit in LIMITS)
    return tuple(each for each in found if each is not None)


def _judge(limit: Limit, values: Sequence[float | None]) -> Advice | None:
    known = [value for value in values if value is not None]
    beyond = sorted(value for value in known if limit.beyond(value, limit.bound))
    if len(known) < _FEWEST or len(beyond) < _SHARE * len(known):
        return None
    return Advice(
        limit.key,
        limit.quantity,
        limit.bound,
        round(
            beyond[-1 if limit.beyond is operator.gt else 0], QUANTITIES[limit.quantity].decimals
        ),
        len(beyond) * EPOCH_S / 60,
        limit.source,
    )
