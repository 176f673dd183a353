"""Scored nights as what the network is given of them, before anything is done to them.

Whatever the loaders find is used: heart rates, beats and breathing belts, which go through the
same code as a radar's waveform.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from halcyon.evaluate.sleep.agreement import STAGES
from halcyon.evaluate.sleep.recordings.catalogue import SETS
from halcyon.evaluate.sleep.recordings.night import MissingError, Night
from halcyon.evaluate.sleep.sensing import sensed_epochs, sleep_epoch
from halcyon.sense.sleep.contract import COUNT, Floats, sensed

UNSCORED = -1

LEARNED = ("sleep_accel", "slpdb", "ucddb", "capslpdb", "challenge2018", "sleep_edfx")
"""The sets that are learned from where they are there. sleepbrl is for judging only."""

AWAKE = 0


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """One night: `channels` (n, COUNT) as the contract takes them, and `stages` (n,).

    Stages are numbered as in STAGES, UNSCORED where nobody scored; the first `lead` epochs are
    from before the scored part began.
    """

    night: str
    person: str
    channels: Floats
    stages: NDArray[np.int_]
    lead: int

    def __len__(self) -> int:
        return len(self.stages)

    @property
    def source(self) -> str:
        """The data set that it is from."""
        return self.night.partition("/")[0]

    @property
    def wake(self) -> NDArray[np.int_]:
        """The epochs that were scored awake and in which something was measured."""
        measured = np.isfinite(self.channels).any(-1)
        return np.flatnonzero((self.stages == AWAKE) & measured)


def recorded(night: Night) -> Recorded | None:
    """A night, or None where nothing of it was measured."""
    epochs = sensed_epochs(night)
    channels = np.array([sensed(sleep_epoch(each)) for each in epochs])
    if not epochs or not np.isfinite(channels).any():
        return None
    scored = [
        UNSCORED if stage is None else STAGES.index(stage) for stage in night.reference.stages
    ]
    lead = len(epochs) - len(scored)
    stages = np.array([UNSCORED] * lead + scored)
    return Recorded(night.id, night.subject.id, channels, stages, lead)


def gathered(
    data: Path,
    work: Path | None = None,
    sets: Collection[str] = LEARNED,
    told: Callable[[str], None] = print,
) -> list[Recorded]:
    """All nights of the sets that are there; kept in `work`, because breathing takes a while."""
    found: list[Recorded] = []
    for name in sets:
        kept = None if work is None else work / f"{name}.npz"
        nights = [] if kept is None or not kept.is_file() else list(_read(kept))
        # What was kept before the contract had another channel is measured anew.
        if not nights or nights[0].channels.shape[1] != COUNT:
            nights = list(_measured(data, name))
            if kept is not None and nights:
                kept.parent.mkdir(parents=True, exist_ok=True)
                _keep(kept, nights)
        told(f"{name}: {len(nights)} nights of {len({each.person for each in nights})} people")
        found += nights
    return found


def _measured(data: Path, name: str) -> Iterator[Recorded]:
    try:
        for night in SETS[name].nights(data):
            one = recorded(night)
            if one is not None:
                yield one
    except MissingError:
        return


def _keep(path: Path, nights: list[Recorded]) -> None:
    arrays: dict[str, NDArray[np.generic]] = {}
    for n, each in enumerate(nights):
        arrays[f"{n}.names"] = np.array([each.night, each.person])
        arrays[f"{n}.channels"] = each.channels
        arrays[f"{n}.stages"] = each.stages
        arrays[f"{n}.lead"] = np.array(each.lead)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def _read(path: Path) -> Iterator[Recorded]:
    with np.load(path, allow_pickle=False) as kept:
        for n in range(len(kept.files) // 4):
            night, person = (str(name) for name in kept[f"{n}.names"])
            yield Recorded(
                night,
                person,
                kept[f"{n}.channels"],
                kept[f"{n}.stages"],
                int(kept[f"{n}.lead"]),
            )
