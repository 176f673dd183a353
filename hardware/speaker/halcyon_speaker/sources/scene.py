"""A simulated room instead of a sound card: it hears what the node plays, and answers with echoes.

The engine's simulator gives the baseband that a steady tone would leave at every microphone.
Over what the node really plays that is a gain which changes with time, so pauses, ramps and
levels come out as they would in a room. The gain is that of the scene's own carrier, whatever
the node plays; its noise and its sound card's delay are added.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, replace
import math
from pathlib import Path
import time
import tomllib
from typing import cast, get_args

import numpy as np
from numpy.typing import NDArray

from halcyon.service.table import ConfigError, Table, read_text
from halcyon.simulate.ultrasound import (
    FAMILIES,
    Activity,
    Confounder,
    FamilyName,
    Scene,
    add_confounder,
    add_person,
    draw_home,
    stream,
)
from halcyon.simulate.ultrasound.arrays import Floats, Kinds
from halcyon.simulate.ultrasound.motion import Motion, Mover

from .device import Block, Render

_BLOCK_S = 0.05
_DRIVEN_DB = -20.0
"""The emitted dBFS at which the simulator's devices hear their own tone at their level."""

_SILENT_DBC = -200.0
_BITS = 24
"""Noise is added at the microphones, so the rendering is to have none of its own."""

_CARD_S = 0.06
"""What a usual sound card takes from a sample's rendering to its hearing."""

_LOWEST_HZ = 15_000.0
_TAPS = 255
_HALF = 17
_BETA = 10.6
"""Kaiser's shape for images below -100 dB, and half the interpolator in slow samples."""

_ENTER_S = 0.4
"""How fast somebody comes out of the shadow of a door."""


@dataclass(frozen=True, slots=True, eq=False)
class Visitor:
    """Somebody who is in the room from `enters` on for `stays` seconds, every `every` seconds."""

    mover: Mover
    every: float
    enters: float
    stays: float

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls as the mover's do."""
        return self.mover.walls

    def inside(self, t: Floats) -> Floats:
        """How much of the visitor is there at times t, 0 to 1."""
        since = (t - self.enters) % self.every
        edge = np.clip(np.minimum(since, self.stays - since) / _ENTER_S, 0, 1)
        return np.asarray(0.5 - 0.5 * np.cos(math.pi * edge))

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        motion = self.mover.move(self._within(t))
        return Motion(motion.points, motion.strength * self.inside(t).astype(np.float32))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where(self.inside(t) > 0.5, self.mover.kinds(self._within(t)), 0)

    def _within(self, t: Floats) -> Floats:
        """The mover's own time: onward while it is seen, and back again while it is not."""
        since = (t - self.enters) % self.every
        back = self.stays * (self.every - since) / (self.every - self.stays)
        return np.asarray(np.where(since < self.stays, since, back))


@dataclass(frozen=True, slots=True)
class Setting:
    """A room to be simulated, and who comes in."""

    scene: Scene
    seed: int


def load_setting(path: Path, microphones: int) -> Setting:
    """Read the description of a room; raises ConfigError."""
    try:
        document = tomllib.loads(read_text(path, "the scene"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        return read_setting(Table(document, ""), microphones)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def read_setting(top: Table, microphones: int) -> Setting:
    """The room of a table; raises ConfigError."""
    seed, family = top.whole("seed", 1), top.text("family", "test")
    names = get_args(FamilyName.__value__)
    if family not in names:
        raise ConfigError(f"family must be one of {', '.join(names)}, not {family!r}")
    name = cast("FamilyName", family)
    made = FAMILIES[name]
    carrier = top.optional_number("carrier_hz", 18_000.0, 45_000.0)
    noise = top.optional_number("noise_dbc", -120.0, -60.0)
    scene = draw_home(seed, name, microphones=microphones, carrier=carrier, noise=noise)
    for what in top.texts("confounders"):
        if what not in list(Confounder):
            raise ConfigError(f"confounders has {what!r}; known are {', '.join(Confounder)}")
        rng = np.random.default_rng((seed, list(Confounder).index(Confounder(what))))
        scene = add_confounder(scene, Confounder(what), rng, made, math.inf, always=True)
    if top.has("visitor"):
        table = top.table("visitor")
        every = table.optional_number("every", 1.0, 86_400.0) or 90.0
        enters = table.optional_number("enters", 0.0, every) or 0.0
        stays = table.optional_number("stays", 1.0, every / 2) or every / 3
        activity = table.text("activity", Activity.WALK)
        if activity not in list(Activity):
            raise ConfigError(f"visitor.activity must be one of {', '.join(Activity)}")
        table.done()
        rng = np.random.default_rng((seed, len(Confounder)))
        peopled = add_person(scene, Activity(activity), rng, made, stays)
        visitor = Visitor(peopled.movers[-1], every, enters, stays)
        scene = replace(scene, movers=(*scene.movers, visitor))
    top.done()
    return Setting(scene, seed)


class SimulatedRoom:
    """A device in a simulated room; `pace` 1 is real time, 0 as fast as possible."""

    def __init__(
        self, setting: Setting, rate: int, *, pace: float = 1.0, seconds: float = math.inf
    ) -> None:
        device = setting.scene.device
        self.rate = rate
        self.microphones = len(device.microphones)
        self.delay = round(_CARD_S * rate) + _TAPS // 2
        self._setting = setting
        self._pace = pace
        self._seconds = seconds
        self._factor = round(rate / device.rate)
        if self._factor * device.rate != rate:
            raise ConfigError(f"a scene needs a sound.rate that is a multiple of {device.rate:g}")
        density = 10 ** ((device.level + device.noise) / 10)
        # A sine of amplitude 1, which is 0 dBFS, has a power of a half; noise fills half the rate.
        self._noise = math.sqrt(density * rate / 4)

    async def blocks(self, render: Render) -> AsyncGenerator[Block]:
        """See Device."""
        size, began, count = round(_BLOCK_S * self.rate), time.monotonic(), 0
        rng = np.random.default_rng((self._setting.seed, 1))
        gains, path = self._gains(size), _Path(self.rate, round(_CARD_S * self.rate))
        while count < self._seconds * self.rate:
            arriving = path.step(render(size)[:, 0])
            echo = (arriving[:, None] * next(gains)).real
            noise = self._noise * rng.standard_normal(echo.shape, dtype=np.float32)
            count += size
            if self._pace:
                due = began + count / self.rate / self._pace
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            else:
                await asyncio.sleep(0)
            heard = np.clip(echo + noise, -1, 1).astype(np.float32)
            yield Block(heard, 0, began)

    def _gains(self, size: int) -> Iterator[NDArray[np.complex64]]:
        """The room's gain for every sample, in blocks (size, microphones)."""
        scene, factor = self._setting.scene, self._factor
        quiet = replace(scene.device, noise=_SILENT_DBC, bits=_BITS)
        scale = np.float32(10 ** (-_DRIVEN_DB / 20))
        n = np.arange(-_HALF * factor, _HALF * factor)
        taps = (
            np.sinc(n / factor)
            * np.i0(_BETA * np.sqrt(np.clip(1 - (n / (_HALF * factor)) ** 2, 0, 1)))
            / np.i0(_BETA)
        )
        # Row j holds the taps of the j-th fast sample after each slow one.
        phases = taps.reshape(2 * _HALF, factor).T[:, ::-1].astype(np.float32)
        slow = size // factor
        waiting = np.zeros((0, self.microphones), dtype=np.complex64)
        for block in stream(replace(scene, device=quiet), self._setting.seed):
            waiting = np.concatenate([waiting, block.iq * scale])
            while len(waiting) >= slow + 2 * _HALF:
                windows = np.lib.stride_tricks.sliding_window_view(
                    waiting[: slow + 2 * _HALF - 1], 2 * _HALF, axis=0
                )
                fast = np.einsum("smk,fk->sfm", windows, phases, optimize=True)
                yield fast.reshape(size, self.microphones)
                waiting = waiting[slow:]


class _Path:
    """From the samples that are played to the analytic signal above 15 kHz, delayed."""

    def __init__(self, rate: int, delay: int) -> None:
        low, high = _LOWEST_HZ / rate, 0.48
        n = np.arange(_TAPS) - _TAPS // 2
        shape = (high - low) * np.sinc((high - low) * n) * np.kaiser(_TAPS, 8.0)
        # Positive frequencies alone, twice, so that the real part is the signal again.
        taps = 2 * shape * np.exp(1j * math.pi * (high + low) * n)
        self._taps = np.stack([taps.real, taps.imag], axis=1)[::-1].astype(np.float32)
        self._past = np.zeros(_TAPS - 1 + delay, dtype=np.float32)

    def step(self, played: NDArray[np.float32]) -> NDArray[np.complex64]:
        whole = np.concatenate([self._past, played])
        self._past = whole[len(played) :]
        windows = np.lib.stride_tricks.sliding_window_view(whole[: len(played) + _TAPS - 1], _TAPS)
        out = np.ascontiguousarray(windows) @ self._taps
        return np.ascontiguousarray(out, dtype=np.float32).view(np.complex64)[:, 0]
