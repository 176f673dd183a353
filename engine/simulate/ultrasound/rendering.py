"""A scene as complex baseband: what the node would have measured, and what was going on."""

from collections.abc import Iterator
from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Flags, Floats
from .clutter import clutter_of
from .device import clip
from .field import field_of
from .motion import AFTER, BEFORE, KNOT_RATE, Motion, Mover, refine
from .rates import ALIGNMENT, HALF, grid_for, grid_times, to_output
from .scene import Scene
from .source import TAPS, delayed, reach
from .truth import LABEL_S, Truth, join, truth_of

BLOCK_S = 2.0
"""Scenes are rendered in blocks of this length, so a longer rendering begins like a shorter."""

_RATES = (1000.0, 2000.0)


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """`iq` complex64 (samples, microphones), full scale 1, at `rate`; and what was true."""

    iq: Complexes
    rate: float
    truth: Truth


def render(scene: Scene, seconds: float, seed: int) -> Rendering:
    """The first `seconds` of a scene; `seed` draws noise, speckle of the walls and moving air."""
    blocks = stream(scene, seed)
    parts = [next(blocks) for _ in range(math.ceil(seconds / BLOCK_S))]
    samples = round(seconds * scene.device.rate)
    return Rendering(
        iq=np.concatenate([each.iq for each in parts])[:samples],
        rate=scene.device.rate,
        truth=join([each.truth for each in parts], math.ceil(seconds / LABEL_S)),
    )


def stream(scene: Scene, seed: int) -> Iterator[Rendering]:
    """A scene without end, in blocks of BLOCK_S. Raises ValueError for a scene that cannot be."""
    renderer = _Renderer(scene, seed)
    block = 0
    while True:
        yield renderer.block(block)
        block += 1


class _Renderer:
    """What lasts from block to block: random streams and everything that never changes."""

    def __init__(self, scene: Scene, seed: int) -> None:
        device = scene.device
        if device.rate not in _RATES:
            raise ValueError(f"a node sends at 1000 or 2000 Hz, not at {device.rate}")
        self._scene = scene
        self._count = round(BLOCK_S * device.rate)
        self._field = field_of(scene.room, device, scene.air)
        self._straight = field_of(scene.room, device, scene.air, walls=False)
        still, self._noise_rng, air, self._dither = (
            np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(4)
        )
        self._clutter = clutter_of(scene.room, device, self._field, still)
        self._rotors = [rotor.prepare(self._field, device.rate) for rotor in scene.rotors]
        extra = np.full(len(scene.movers) + len(scene.rotors), _MOVER_PATH_M)
        lengths = np.concatenate([self._clutter.lengths, extra])
        self._flow = [
            flow.phases(air, lengths, self._field.wavelength, device.rate, self._count)
            for flow in scene.flows
        ]
        self._noise = _white(self._noise_rng, (len(device.microphones), 4 * HALF))

    def block(self, number: int) -> Rendering:
        """Block `number`; blocks are to be asked for in order."""
        scene, rate, count = self._scene, self._scene.device.rate, self._count
        first = number * count
        t = np.arange(first, first + count) / rate
        air = self._air(t)
        iq = self._still(first, air)
        source = None if scene.playback is None and scene.emission.continuous else first
        for index, mover in enumerate(scene.movers):
            echo, length = self._echo(mover, first)
            iq = iq + self._carried(echo, length, source, air, index)
        for index, rotor in enumerate(self._rotors, start=len(scene.movers)):
            echo, length = rotor.echo(t)
            iq = iq + self._carried(echo, length, source, air, index)
        iq = iq * scene.device.mismatch()[:, None]
        for burst in scene.bursts:
            iq = iq + burst.sound(t, len(iq))
        return Rendering(self._converted(iq, t), rate, truth_of(scene, first / rate, BLOCK_S))

    def _air(self, t: Floats) -> Floats | None:
        """What moving and warming air adds to the phase of each path, (paths, times)."""
        scene = self._scene
        phase: Floats | None = None
        for flow in self._flow:
            more = next(flow)
            phase = more if phase is None else phase + more
        if scene.air.warming:
            lengths = np.append(
                self._clutter.lengths,
                np.full(len(scene.movers) + len(scene.rotors), _MOVER_PATH_M),
            )
            # c goes with the root of the absolute temperature, so k falls by half its part.
            change = scene.air.warming / 3600 * t / scene.air.kelvin / 2
            warm = 2 * math.pi / self._field.wavelength * lengths[:, None] * change
            phase = warm if phase is None else phase + warm
        return phase

    def _still(self, first: int, air: Floats | None) -> Complexes:
        scene, clutter = self._scene, self._clutter
        paths = len(clutter.lengths)
        amplitudes = clutter.amplitudes
        if scene.playback is None and scene.emission.continuous:
            if air is None:
                return np.repeat(amplitudes.sum(axis=1, keepdims=True), self._count, axis=1)
            arrivals = _turn(air[:paths])
        else:
            delays = clutter.lengths / self._field.sound_speed * scene.device.rate
            arrivals = delayed(self._source(first, reach(delays)), delays)
            if air is not None:
                arrivals = arrivals * _turn(air[:paths])
        total: Complexes = amplitudes @ arrivals
        return total

    def _source(self, first: int, before: int) -> Complexes:
        """The tone's envelope from `before` samples before number `first` on."""
        scene, rate = self._scene, self._scene.device.rate
        start, count = first - before, self._count + before + TAPS // 2
        envelope = scene.emission.envelope(np.arange(start, start + count) / rate)
        wave = envelope.astype(np.complex64)
        if scene.playback is None:
            return wave
        return wave * scene.playback.modulation(start, count, rate)

    def _carried(
        self, echo: Complexes, length: float, source: int | None, air: Floats | None, index: int
    ) -> Complexes:
        """An echo with what the source and the air did to it on its way."""
        if source is not None:
            delay = np.array([length / self._field.sound_speed * self._scene.device.rate])
            echo = echo * delayed(self._source(source, reach(delay)), delay)
        if air is not None:
            path = air[len(self._clutter.lengths) + index] * math.sqrt(length / _MOVER_PATH_M)
            echo = echo * _turn(path)
        return echo

    def _echo(self, mover: Mover, first: int) -> tuple[Complexes, float]:
        """A mover's echo at the output rate, and the mean length of its way in metres."""
        rate, count = self._scene.device.rate, self._count
        field = self._field if mover.walls else self._straight
        motion, start = _knots(mover, first / rate, (first + count) / rate, rate)
        speed = np.linalg.norm(np.diff(motion.points, axis=2), axis=0).max(axis=1) * KNOT_RATE
        grids = np.array([grid_for(field.doppler(each), rate) for each in speed])
        out = np.zeros((len(field.microphones), count), dtype=np.complex64)
        for grid in np.unique(grids):
            chosen = grids == grid
            points, strength = _on_grid(motion, chosen, grid * rate, start, first, count, rate)
            out += to_output(field.echo(points, strength), float(grid), count)
        middle = motion.points[:, :, motion.points.shape[2] // 2].mean(axis=1)
        return out, 2 * float(np.linalg.norm(middle - field.speaker.position))

    def _converted(self, iq: Complexes, t: Floats) -> Complexes:
        """The baseband as the converter gives it: offset, noise, clipping; (times, mics)."""
        device = self._scene.device
        scale = 10 ** (device.level / 20)
        if device.offset_hz:
            iq = iq * np.exp(-2j * math.pi * device.offset_hz * t)
        density = (scale * 10 ** (device.noise / 20)) ** 2 + device.converter_noise()
        measured = scale * iq + math.sqrt(2 * device.rate * density) * self._floor()
        return np.ascontiguousarray(clip(measured.astype(np.complex64)).T)

    def _floor(self) -> Complexes:
        """White noise, 1 over twice the rate, through the filter that the signal passed."""
        fresh = _white(self._noise_rng, (len(self._noise), 2 * self._count))
        whole = np.concatenate([self._noise, fresh], axis=1)
        self._noise = whole[:, -4 * HALF :]
        return to_output(whole, 2.0, self._count)


_MOVER_PATH_M = 4.0
"""Moving air is drawn for an echo from 2 m away and scaled to its true distance."""


def _white(rng: np.random.Generator, shape: tuple[int, int]) -> Complexes:
    parts = rng.standard_normal((*shape, 2), dtype=np.float32) * np.float32(math.sqrt(0.5))
    return parts.view(np.complex64)[..., 0]


def _turn(phase: Floats) -> Complexes:
    small = phase.astype(np.float32)
    return (np.cos(small) + 1j * np.sin(small)).astype(np.complex64)


def _knots(mover: Mover, start: float, end: float, rate: float) -> tuple[Motion, int]:
    """The motion around [start, end) at KNOT_RATE, and the number of its first knot."""
    margin = HALF * ALIGNMENT / rate
    first = math.floor((start - margin) * KNOT_RATE) - BEFORE
    last = math.ceil((end + margin) * KNOT_RATE) + AFTER
    return mover.move(np.arange(first, last + 1) / KNOT_RATE), first


def _on_grid(
    motion: Motion,
    chosen: Flags,
    grid_rate: float,
    start: int,
    first: int,
    count: int,
    rate: float,
) -> tuple[Floats, Complexes]:
    """The chosen scatterers at the times of `grid_times`."""
    t = grid_times(grid_rate / rate, rate, first, count)
    points, strength = motion.points[:, chosen], motion.strength[chosen]
    if grid_rate < KNOT_RATE:
        skip = round(KNOT_RATE / grid_rate)
        begin = round(t[0] * KNOT_RATE) - start
        part = slice(begin, begin + skip * len(t), skip)
        return points[:, :, part], strength[:, part]
    factor = round(grid_rate / KNOT_RATE)
    begin = math.floor(t[0] * KNOT_RATE + 1e-6)
    within = round(t[0] * grid_rate) - begin * factor
    spans = math.ceil((within + len(t)) / factor)
    knots = slice(begin - start - BEFORE, begin - start + spans + AFTER)
    part = slice(within, within + len(t))
    return refine(points[:, :, knots], factor)[..., part], refine(strength[:, knots], factor)[
        ..., part
    ]
