"""What the node keeps across a restart: what it was told, what it chose and what it learned."""

from dataclasses import dataclass

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

    `standby` and `pets` are as they were last asked for, `learned` is the detector's snapshot.
    """

    carrier: float | None = None
    level: float | None = None
    standby: bool = False
    pets: bool | None = None
    learned: Json = None

    def to_json(self) -> Json:
        """The state that `kept_from` reads."""
        return {
            "schema": SCHEMA,
            "carrier": self.carrier,
            "level": self.level,
            "standby": self.standby,
            "pets": self.pets,
            "learned": self.learned,
        }


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
    )
