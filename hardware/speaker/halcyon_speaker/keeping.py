"""What the node keeps across a restart: what it was told, what it chose and what it learned."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from halcyon.core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    number_in,
    optional_number_in,
)

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """`carrier` Hz and `level` dBFS as calibration chose them, None before the first.

    `standby` and `pets` are as they were last asked for, `learned` is the detector's snapshot and
    `conditions` what the room was like then.
    """

    carrier: float | None = None
    level: float | None = None
    standby: bool = False
    pets: bool | None = None
    learned: Json = None
    conditions: Json = None

    def to_json(self) -> Json:
        """The state that `kept_from` reads."""
        return {
            "schema": SCHEMA,
            "carrier": self.carrier,
            "level": self.level,
            "standby": self.standby,
            "pets": self.pets,
            "learned": self.learned,
            "conditions": self.conditions,
        }


class Keeper:
    """Holds what is kept; `save` is called with all of it after every change."""

    def __init__(self, kept: Kept, save: Callable[[Kept], None]) -> None:
        self.kept = kept
        self._save = save

    def standby(self, *, on: bool) -> None:
        """Standby was asked for, or ended."""
        self._take(replace(self.kept, standby=on))

    def pets(self, *, there: bool) -> None:
        """Animals are to be minded, or no longer."""
        self._take(replace(self.kept, pets=there))

    def tone(self, carrier: float, level: float | None = None) -> None:
        """A carrier (Hz) was chosen, and perhaps how loud it may be at most (dBFS)."""
        self._take(
            replace(self.kept, carrier=carrier, level=self.kept.level if level is None else level)
        )

    def learned(self, snapshot: Json) -> None:
        """The detector knows more of its room."""
        self._take(replace(self.kept, learned=snapshot))

    def conditions(self, conditions: Json) -> None:
        """What the room was like when it was learned."""
        self._take(replace(self.kept, conditions=conditions))

    def _take(self, kept: Kept) -> None:
        self.kept = kept
        self._save(kept)


def kept_from(state: Json) -> Kept:
    """What `to_json` gave; raises SnapshotError for anything else."""
    if number_in(state, "schema") != SCHEMA:
        raise SnapshotError("what is kept was written by another version of the node")
    pets = item(state, "pets")
    return Kept(
        carrier=optional_number_in(state, "carrier"),
        level=optional_number_in(state, "level"),
        standby=flag_in(state, "standby"),
        pets=None if pets is None else flag_in(state, "pets"),
        learned=item(state, "learned"),
        conditions=item(state, "conditions"),
    )
