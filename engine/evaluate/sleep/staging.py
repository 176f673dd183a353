"""Nights as one method staged them."""

from dataclasses import dataclass
from functools import cached_property

from ...core.sleep import Stage
from .agreement import Agreement, Judged, agreement


@dataclass(frozen=True, eq=False)
class Staging:
    """The nights of one data set, as one method staged them."""

    source: str
    method: str
    nights: tuple[Judged, ...]

    @cached_property
    def agreement(self) -> Agreement:
        """Each person's error matrix."""
        return agreement(self.nights)


@dataclass(frozen=True, slots=True, eq=False)
class Waking:
    """The same after some minutes of real wake, all of whose epochs are in `said`."""

    minutes: float
    staging: Staging
    said: tuple[tuple[Stage | None, ...], ...]
