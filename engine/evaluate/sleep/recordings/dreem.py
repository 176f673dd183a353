"""Dreem Open Datasets: nights that five people scored, healthy (dodh) and with apnea (dodo).

Guillot et al., IEEE Trans. Neural Syst. Rehabil. Eng. 28, 2020; hypnograms as the authors
publish them with their evaluation, MIT. There are no signals, clocks or ages with them. A scorer
begins where they saw fit: the stretch before it is unscored by them, not awake.
"""

from collections.abc import Iterator
import json
from pathlib import Path

from ....core.sleep import Hypnogram, Stage
from ..consensus import consensus
from .night import Night, Subject, files

_STAGES = {0: Stage.AWAKE, 1: Stage.LIGHT, 2: Stage.LIGHT, 3: Stage.DEEP, 4: Stage.REM}
_SCORERS = ("scorer_1", "scorer_2", "scorer_3", "scorer_4", "scorer_5")
GROUPS = ("dodh", "dodo")


def nights(folder: Path) -> Iterator[Night]:
    """Every night of the groups that are there; the reference is the scorers' consensus."""
    here = [group for group in GROUPS if (folder / group).is_dir()]
    for group in here or GROUPS:
        yield from group_nights(folder, group)


def group_nights(folder: Path, group: str) -> Iterator[Night]:
    """Every night of one group. Raises ValueError where scorers differ in the number of epochs."""
    for first in files(folder / group / _SCORERS[0], "*.json"):
        scorers = tuple(_read(folder / group / scorer / first.name) for scorer in _SCORERS)
        if len({len(each.stages) for each in scorers}) > 1:
            raise ValueError(f"the scorers of {group}/{first.name} scored nights of other lengths")
        name = f"{group}/{first.stem}"
        yield Night(
            id=f"dreem/{name}",
            subject=Subject(f"dreem/{name}"),
            dated=False,
            reference=consensus(scorers),
            scorers=scorers,
        )


def _read(file: Path) -> Hypnogram:
    codes = json.loads(file.read_text(encoding="utf-8"))
    return Hypnogram(0.0, tuple(_STAGES.get(code) for code in codes))
