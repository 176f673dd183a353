"""Which data sets there are loaders for, and where their files are looked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import capslpdb, challenge2018, dreem, sleep_accel, sleep_edfx, sleepbrl, slpdb, ucddb
from .night import Night


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set: its folder under the one of recordings, and what reads it."""

    folder: str
    read: Callable[[Path], Iterator[Night]]

    def nights(self, data: Path) -> Iterator[Night]:
        """Its nights, one after the other. Raises MissingError where they are not there."""
        return self.read(data / "sleep" / self.folder)


SETS: Mapping[str, DataSet] = {
    "sleep_accel": DataSet("sleep_accel", sleep_accel.nights),
    "slpdb": DataSet("slpdb", slpdb.nights),
    "dreem": DataSet("dreem_hypnograms", dreem.nights),
    "ucddb": DataSet("ucddb", ucddb.nights),
    "capslpdb": DataSet("capslpdb", capslpdb.nights),
    "challenge2018": DataSet("challenge-2018", challenge2018.nights),
    "sleep_edfx": DataSet("sleep-edfx", sleep_edfx.nights),
    "sleepbrl": DataSet("sleepbrl", sleepbrl.nights),
}
