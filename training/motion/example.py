"""One thing to learn from: the spectra of a stretch, what went on, and what the node had learned.

Examples hold spectra, not features, so that features can change without rendering anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.ultrasound.baseband import Floats
from halcyon.sense.ultrasound.doppler import BANDS, Doppler
from halcyon.sense.ultrasound.features import Lately, features
from halcyon.sense.ultrasound.floor import Floor
from halcyon.simulate.ultrasound import Kind

type Ints = NDArray[np.int_]

QUIET = int(Kind.NOTHING)
MINOR = int(Kind.MINOR)
UNKNOWN = -1
"""Nothing is learned from such a frame."""

_PLAIN = ("bands", "noise", "burst", "balance", "gain")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """Frames of one stretch that starts cold.

    `kinds` (n,) are Kind flags, or UNKNOWN. `median` and `high` (BANDS,) are the learned floor,
    None where nobody calibrated. `hops` is how many hops frames lie apart: more than one for a
    tone in bursts. `real` gestures are minor, and may be major as well.
    """

    doppler: Doppler
    kinds: Ints
    name: str
    microphones: int
    median: Floats | None = None
    high: Floats | None = None
    real: bool = False
    hops: int = 1

    def __len__(self) -> int:
        return len(self.kinds)

    def part(self, start: int, end: int) -> Example:
        """Some of its frames."""
        return replace(self, doppler=self.doppler[start:end], kinds=self.kinds[start:end])

    def lasting(self, frames: int) -> Example:
        """The same, its last frame repeated until there are so many."""
        return self.ordered(np.minimum(np.arange(frames), len(self) - 1))

    def ordered(self, index: Ints) -> Example:
        """Some of its frames, in another order."""
        doppler = Doppler(*(getattr(self.doppler, name)[index] for name in _PLAIN))
        return replace(self, doppler=doppler, kinds=self.kinds[index])


def observed(
    doppler: Doppler,
    kinds: Ints,
    name: str,
    *,
    microphones: int,
    floor: tuple[Floats, Floats] | None = None,
    real: bool = False,
    hops: int = 1,
) -> Example:
    """An example of spectra and what went on."""
    median, high = floor if floor is not None else (None, None)
    return Example(doppler, kinds, name, microphones, median, high, real, hops)


def joined(parts: Sequence[Doppler]) -> Doppler:
    """Spectra one after another."""
    return Doppler(*(np.concatenate([getattr(each, name) for each in parts]) for name in _PLAIN))


def stacked(examples: Sequence[Example]) -> Floats:
    """The features of examples of equal hops, cut to the shortest: (examples, frames, WIDTH).

    The same numbers as the detector's, a frame of all examples at a time.
    """
    count = min(len(each) for each in examples)
    doppler = Doppler(
        *(
            np.stack([getattr(each.doppler, name)[:count] for each in examples], axis=1)
            for name in _PLAIN
        )
    )
    floor, lately = Floor((len(examples),)), Lately()
    known = np.array([each.median is not None for each in examples])
    nothing = np.zeros(BANDS, dtype=np.float32)
    if known.any():
        medians = np.stack([nothing if e.median is None else e.median for e in examples])
        highs = np.stack([nothing if e.high is None else e.high for e in examples])
        floor.know(medians, highs, known)
    microphones = np.array([each.microphones for each in examples], dtype=np.float32)
    hops = examples[0].hops
    out = []
    for index in range(count):
        now = doppler[index]
        floor.step(now.bands, now.noise, now.burst)
        before = lately.step(now.bands, hops)
        out.append(features(now, floor, before, microphones, hops))
    return np.stack(out, axis=1)


def save(path: Path, examples: Iterable[Example]) -> int:
    """Write examples as one file; how many there were. Levels are kept to a hundredth of a dB."""
    found = list(examples)
    arrays: dict[str, NDArray[np.generic]] = {
        name: np.concatenate([_small(getattr(each.doppler, name)) for each in found])
        for name in _PLAIN
    }
    arrays["kinds"] = np.concatenate([each.kinds for each in found]).astype(np.int16)
    arrays["lengths"] = np.array([len(each) for each in found])
    arrays["names"] = np.array([each.name for each in found])
    arrays["microphones"] = np.array([each.microphones for each in found])
    arrays["hops"] = np.array([each.hops for each in found])
    arrays["real"] = np.array([each.real for each in found])
    none = np.full(BANDS, np.nan, dtype=np.float32)
    for name in ("median", "high"):
        floors = [getattr(each, name) for each in found]
        arrays[name] = np.stack([none if floor is None else floor for floor in floors])
    part = path.with_suffix(".part.npz")
    np.savez(part, allow_pickle=False, **arrays)
    part.rename(path)
    return len(found)


def read(path: Path) -> Iterator[Example]:
    """The examples of a file."""
    with np.load(path, allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    ends = np.cumsum(arrays["lengths"])
    for index, end in enumerate(ends):
        part = slice(end - arrays["lengths"][index], end)
        doppler = Doppler(*(arrays[name][part].astype(np.float32) / 100 for name in _PLAIN))
        floors = [arrays[name][index] for name in ("median", "high")]
        known = bool(np.isfinite(floors[0]).all())
        yield Example(
            doppler,
            arrays["kinds"][part].astype(np.int_),
            str(arrays["names"][index]),
            int(arrays["microphones"][index]),
            floors[0] if known else None,
            floors[1] if known else None,
            bool(arrays["real"][index]),
            int(arrays["hops"][index]),
        )


def _small(values: Floats) -> NDArray[np.int16]:
    return np.clip(np.rint(values * 100), -32_000, 32_000).astype(np.int16)
