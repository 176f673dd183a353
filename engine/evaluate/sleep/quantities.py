"""Which figures of a night are compared, and of which nights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...core.sleep import Stage
from ...sense.sleep.measures import Measures


def _always(_: Sequence[Stage | None]) -> bool:
    return True


def _begins_awake(stages: Sequence[Stage | None]) -> bool:
    return stages[:1] == (Stage.AWAKE,)


def _ends_awake(stages: Sequence[Stage | None]) -> bool:
    return stages[-1:] == (Stage.AWAKE,)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of a night that is compared.

    `masked` where gaps of the device would change it. `is_shown` says of the reference's scored
    stages whether it is in them: who is asleep when a recording begins fell asleep before.
    """

    name: str
    unit: str
    read: Callable[[Measures], float | None]
    masked: bool = True
    is_shown: Callable[[Sequence[Stage | None]], bool] = _always


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _final_awakening(m: Measures) -> float | None:
    return None if m.offset is None else m.offset / 60


ONSET = Quantity("SOL", "min", lambda m: m.onset_latency, masked=False, is_shown=_begins_awake)
QUANTITIES = (
    Quantity("TST", "min", lambda m: m.total_sleep),
    Quantity("SE", "%", lambda m: _percent(m.efficiency)),
    ONSET,
    Quantity("WASO", "min", lambda m: m.wake_after_onset),
    Quantity("light", "min", lambda m: m.light),
    Quantity("deep", "min", lambda m: m.deep),
    Quantity("REM", "min", lambda m: m.rem),
    Quantity("REM latency", "min", lambda m: m.rem_latency, masked=False, is_shown=_begins_awake),
    Quantity("awakenings", "", lambda m: m.awakenings),
    Quantity("final awakening", "min", _final_awakening, masked=False, is_shown=_ends_awake),
)
"""SOL and the final awakening are times, too: both sides count from the same moment."""
