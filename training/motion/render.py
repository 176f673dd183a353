"""Renders scenes into examples: each scene several times, as different devices would hear it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from halcyon.evaluate.motion.songs import Song, songs as songs_in
from halcyon.evaluate.motion.ultragsattack import Recordings
from halcyon.sense.ultrasound.baseband import HOP_S
from halcyon.sense.ultrasound.doppler import Doppler
from halcyon.sense.ultrasound.floor import learned_from
from halcyon.sense.ultrasound.frontend import Frontend
from halcyon.simulate.ultrasound import LABEL_S, Truth, render

from .example import Example, joined, observed, save
from .recordings import SEEN, Motionless, backgrounds, tiled
from .scenes import SECONDS, TRAINING_SONGS, Drawn, draw
from .spoil import Flaws, node_flaws, phone_flaws, spoil

type Complexes = NDArray[np.complex64]

SCENES_A_FILE = 32
_WINDOW_S = 0.128
_CLIP_S = (4.0, 12.0)
CLIPS = 3
_LESSON_S = 25.0
_BURST_SHARE = 0.5
_BURST_S = 0.05
_BURST_HOPS = (5, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Sources:
    """What renderings are made with besides the simulator: `data` holds songs and recordings."""

    data: Path
    people: tuple[str, ...] = SEEN

    def songs(self) -> list[Song]:
        """The songs that may be learned from."""
        return _songs(self.data)

    @property
    def sounds(self) -> Path:
        """Recorded sounds of a household."""
        return self.data / "ultrasound" / "esc10"

    def pieces(self) -> list[Motionless]:
        """Real backgrounds."""
        return _pieces(self.data, self.people)


@cache
def _songs(data: Path) -> list[Song]:
    found = [
        song for song in songs_in(data / "ultrasound" / "music") if song.name in TRAINING_SONGS
    ]
    if len(found) != len(TRAINING_SONGS):
        raise FileNotFoundError(f"{data} lacks some of the songs {TRAINING_SONGS}")
    return found


@cache
def _pieces(data: Path, people: tuple[str, ...]) -> list[Motionless]:
    return backgrounds(Recordings(data), people)


def spectra_of(samples: Complexes, rate: float, carrier: float) -> tuple[Doppler, NDArray[np.int_]]:
    """The spectra of a whole signal (n, microphones), and after how many samples each ends."""
    found, ends = Frontend(rate, carrier, samples.shape[1]).step(samples)
    if found is None:
        raise ValueError(f"{len(samples)} samples fill no frame")
    return found, ends


def labels_at(truth: Truth, ends: NDArray[np.int_], rate: float, start: float = 0.0) -> np.ndarray:
    """The kinds in the middle of frames that end after so many samples from `start` seconds on."""
    middle = start + ends / rate - _WINDOW_S / 2
    index = np.clip((middle / LABEL_S).astype(np.int_), 0, len(truth.kinds) - 1)
    return truth.kinds[index]


def heard(
    drawn: Drawn, number: int, sources: Sources, *, seconds: float = SECONDS, clips: int = CLIPS
) -> Iterator[Example]:
    """A scene as an example of a node that learned its room, one that did not, and of phones."""
    scene = drawn.scene
    rng = np.random.default_rng((2, number))
    made = render(scene, seconds, number)
    rate, carrier = made.rate, scene.device.carrier
    clean = made.iq / np.float32(10 ** (scene.device.level / 20))
    mics = clean.shape[1]
    quiet = replace(scene, movers=(), rotors=(), flows=(), bursts=(), playback=None)
    still = render(quiet, 0.5, number).iq.mean(axis=0) / 10 ** (scene.device.level / 20)

    flaws = node_flaws(rng)
    floor = lesson_of(still, rate, carrier, flaws, rng)
    found, ends = spectra_of(spoil(clean, rate, flaws, rng), rate, carrier)
    kinds = labels_at(made.truth, ends, rate)
    yield observed(found, kinds, drawn.name, microphones=mics, floor=floor)

    chosen = np.sort(rng.choice(mics, int(rng.integers(1, mics + 1)), replace=False))
    start = float(rng.uniform(0, seconds / 2)) if rng.uniform() < 0.5 else 0.0
    part = clean[round(start * rate) :, chosen]
    found, ends = spectra_of(spoil(part, rate, node_flaws(rng), rng), rate, carrier)
    kinds = labels_at(made.truth, ends, rate, start)
    yield observed(found, kinds, drawn.name, microphones=len(chosen))

    if rng.uniform() < _BURST_SHARE:
        yield _in_bursts(drawn, spoil(clean, rate, flaws, rng), made.truth, rate, floor, rng)
    if carrier < 24_000:
        for _ in range(clips):
            yield _as_phone(drawn, clean, made.truth, rate, sources, rng)


def _in_bursts(
    drawn: Drawn,
    samples: Complexes,
    truth: Truth,
    rate: float,
    floor: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> Example:
    """A tone that is on for 50 ms of every quarter, half or whole second."""
    hops = int(rng.choice(_BURST_HOPS))
    frontend = Frontend(rate, drawn.scene.device.carrier, samples.shape[1])
    burst, period = round(_BURST_S * rate), round(hops * HOP_S * rate)
    starts = np.arange(0, len(samples) - burst, period)
    found = []
    for start in starts:
        frontend.step(samples[start : start + burst])
        glimpse = frontend.pause()
        if glimpse is not None:
            found.append(glimpse)
    kinds = labels_at(truth, starts + round((_BURST_S + _WINDOW_S) / 2 * rate), rate)
    return observed(
        joined(found),
        kinds,
        f"bursts {drawn.name}",
        microphones=samples.shape[1],
        floor=floor,
        hops=hops,
    )


def _as_phone(
    drawn: Drawn,
    clean: Complexes,
    truth: Truth,
    rate: float,
    sources: Sources,
    rng: np.random.Generator,
) -> Example:
    """A short mono clip, cold, with loud noise and sometimes a real microphone's background."""
    mono = clean[:, [int(rng.integers(clean.shape[1]))]]
    length = float(rng.uniform(*_CLIP_S))
    start = float(rng.uniform(0, len(mono) / rate - length))
    part = mono[round(start * rate) : round((start + length) * rate)]
    flaws = phone_flaws(rng, background=True)
    real, name = None, f"phone {drawn.name}"
    if flaws.background is not None:
        # The recordings have 2004.5 Hz; every other sample, filtered, will do for 1000.
        whole = tiled(sources.pieces(), 2 * len(part) + 2, rng)
        real = (0.5 * (whole.residual[:-1] + whole.residual[1:]))[: 2 * len(part) : 2]
        name = f"over {whole.person} {drawn.name}"
    found, ends = spectra_of(spoil(part, rate, flaws, rng, real), rate, drawn.scene.device.carrier)
    return observed(found, labels_at(truth, ends, rate, start), name, microphones=1)


def lesson_of(
    still: Complexes, rate: float, carrier: float, flaws: Flaws, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """What a node learns of a room that sounds like `still` (microphones,) when nobody moves."""
    count = round(_LESSON_S * rate)
    constant = np.broadcast_to(still.astype(np.complex64), (count, len(still)))
    found, _ = spectra_of(spoil(constant, rate, flaws, rng), rate, carrier)
    return learned_from(found.bands)


def render_files(
    folder: Path, first: int, count: int, sources: Sources, *, seconds: float = SECONDS
) -> None:
    """Examples of scenes from number `first` on, in files that are there already left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(first, first + count, SCENES_A_FILE):
        path = folder / f"scenes_{start:08d}.npz"
        if path.exists():
            continue
        numbers = range(start, min(start + SCENES_A_FILE, first + count))
        songs = sources.songs()
        examples = [
            example
            for number in numbers
            for example in heard(
                draw(number, songs, seconds=seconds, sounds=sources.sounds),
                number,
                sources,
                seconds=seconds,
            )
        ]
        save(path, examples)
