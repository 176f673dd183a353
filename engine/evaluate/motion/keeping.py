"""What nodes heard, in files: frames and stretches of baseband, and what is known of them."""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path

import numpy as np

from .ear import Heard, packed, unpacked
from .scorers import Signal
from .work import Result

type Parts = dict[str, list[Heard]]


def write(
    path: Path, told: Result, parts: Mapping[str, Sequence[Heard]], signals: Sequence[Signal]
) -> None:
    """Write a file; one that is stopped leaves none.

    Those of a part are equally long and of one room, and so is the place of all signals.
    """
    arrays = {"told": np.array(json.dumps(told))}
    for name, several in parts.items():
        arrays |= {f"{name}.{key}": array for key, array in packed(several).items()}
    first = signals[0]
    level = np.nan if first.level is None else first.level
    arrays["signal"] = np.array([first.rate, first.carrier, level, first.playback])
    arrays |= {f"signal.{index}": each.iq for index, each in enumerate(signals)}
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    with half.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    half.replace(path)


def read(path: Path) -> tuple[Result, Parts, list[Signal]]:
    """What was written."""
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    told: Result = json.loads(str(arrays.pop("told")))
    rate, carrier, level, playback = arrays.pop("signal").tolist()
    signals, parts = list[Signal](), dict[str, dict[str, np.ndarray]]()
    for name, array in arrays.items():
        part, key = name.split(".")
        if part == "signal":
            place = (rate, carrier, None if np.isnan(level) else level, bool(playback))
            signals.append(Signal(array, *place))
        else:
            parts.setdefault(part, {})[key] = array
    return told, {name: unpacked(part) for name, part in parts.items()}, signals
