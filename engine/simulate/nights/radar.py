"""A 60 GHz radar beside a bed: from bodies at distances to a phase, a distance and a verdict.

The radar sends, and what comes back from a body at distance r turns its phase by 4 pi r / lambda:
a turn every 2.5 mm. It looks into the range bin of the body that it chose, where the echoes of
everything nearby add up as complex numbers, each the weaker the further it is from the bin, upon
what stands still (clutter) and noise. Echoes fall with the square of the distance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..body import Flags, Floats
from .bodies import Body, Look

WAVELENGTH_MM = 299_792_458 / 60e9 * 1000
RADIANS_PER_MM = 4 * np.pi / WAVELENGTH_MM

_SIDELOBE = 0.02
"""Amplitude of a body far from the bin: of the order of a Hann window's sidelobes, -31 dB."""
_SEEN_FROM = 0.12
"""Strength over distance squared from which a moving body is a target (chosen: an adult at 2.9 m,
a cat at 1.3 m)."""
_SETTLE_S = 3
"""Seconds for which another body must be nearest before the radar looks at that."""
_DISTANCE_MEMORY = 0.9


@dataclass(frozen=True, slots=True)
class Setup:
    """One radar and how it hangs.

    `bin_m` range resolution (c / 2B), `noise` radians of phase at 1 m, `clutter` amplitude of the
    standing echo that is left, `distance_noise` metres, `capture` chance each second of movement
    of another body that the radar looks at that for a while.
    """

    bin_m: float = 0.075
    noise: float = 0.08
    clutter: float = 0.1
    distance_noise: float = 0.02
    capture: float = 0.02
    reach: float = 3.5


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What the radar has before it at the times t of its measurements, and at whole seconds.

    `phase` radians, wrapped to a turn; `turned` the same without wrapping, as a radar that
    counts turns itself would have it. By second: `target` the index of the body that it looks at
    or -1, `distance` metres (NaN of nobody), `others` of the next body or NaN, `unrest` 0-1,
    `breath` and `heart` per minute of that body, NaN where it does not live.
    """

    t: Floats
    phase: Floats
    turned: Floats
    target: NDArray[np.int_]
    distance: Floats
    others: Floats
    unrest: Floats
    breath: Floats
    heart: Floats

    @property
    def present(self) -> Flags:
        """Whether the radar has a target, by second."""
        return np.asarray(self.target >= 0)


def observe(
    bodies: list[Body], t: Floats, seconds: int, setup: Setup, rng: np.random.Generator
) -> Scene:
    """What a radar sees of the bodies, measured at times t in a night of so many seconds."""
    whole: Floats = np.arange(seconds, dtype=np.float64) + 0.5
    coarse = [body.look(whole) for body in bodies]
    target = _chosen(coarse, seconds, setup, rng)
    if not bodies:
        nothing = np.full(seconds, np.nan)
        phase = rng.uniform(-np.pi, np.pi, len(t))
        return Scene(t, phase, phase, target, nothing, nothing, np.zeros(seconds), nothing, nothing)
    far = _stack(coarse, "distance")
    index = np.clip(target, 0, None), np.arange(seconds)
    present = target >= 0
    distance = _reported(np.where(present, far[index], np.nan), setup, rng)
    others = _next_nearest(coarse, target, setup)
    phase, turned = _phase(bodies, t, np.where(present, far[index], np.nan), setup, rng)
    return Scene(
        t=t,
        phase=phase,
        turned=turned,
        target=target,
        distance=distance,
        others=others,
        unrest=np.where(present, _stack(coarse, "unrest").max(axis=0), 0.0),
        breath=np.where(present, _stack(coarse, "breath")[index], np.nan),
        heart=np.where(present, _stack(coarse, "heart")[index], np.nan),
    )


def _stack(looks: list[Look], name: str) -> Floats:
    return np.stack([getattr(look, name) for look in looks])


def _visible(looks: list[Look], setup: Setup) -> Flags:
    far, strength = _stack(looks, "distance"), _stack(looks, "strength")
    near = far <= setup.reach
    there = np.stack([look.there for look in looks])
    return np.asarray(there & near & (strength / far**2 >= _SEEN_FROM))


def _chosen(
    looks: list[Look], seconds: int, setup: Setup, rng: np.random.Generator
) -> NDArray[np.int_]:
    """The body that the radar looks at: the nearest, after a while, and now and then another."""
    if not looks:
        return np.full(seconds, -1)
    visible = _visible(looks, setup)
    far = np.where(visible, _stack(looks, "distance"), np.inf)
    wanted = np.where(visible.any(axis=0), far.argmin(axis=0), -1)
    unrest = np.where(visible, _stack(looks, "unrest"), 0.0)
    loud = unrest.argmax(axis=0)
    caught = (unrest.max(axis=0) > 0.5) & (loud != wanted) & (wanted >= 0)
    for second in np.flatnonzero(caught & (rng.uniform(size=seconds) < setup.capture)).tolist():
        wanted[second : second + int(rng.uniform(5, 40))] = loud[second]
    chosen = wanted.copy()
    held, since = -1, 0
    for second, each in enumerate(wanted.tolist()):
        since = since + 1 if each != held else 0
        if since >= _SETTLE_S or (held >= 0 and not visible[held, second]) or held < 0:
            held, since = each, 0
        chosen[second] = held
    return chosen


def _reported(distance: Floats, setup: Setup, rng: np.random.Generator) -> Floats:
    """The distance as the radar gives it: smoothed, noisy, in centimetres."""
    found = np.full(len(distance), np.nan)
    last = np.nan
    noise = (setup.distance_noise * rng.standard_normal(len(distance))).tolist()
    for k, each in enumerate(distance.tolist()):
        last = (
            each
            if np.isnan(last) or np.isnan(each)
            else (_DISTANCE_MEMORY * last + (1 - _DISTANCE_MEMORY) * each)
        )
        # A jump is another body, which no smoothing follows.
        if abs(each - last) > 0.3:
            last = each
        found[k] = last + noise[k]
    return np.asarray(np.round(np.maximum(found, 0.05), 2))


def _next_nearest(looks: list[Look], target: NDArray[np.int_], setup: Setup) -> Floats:
    far = np.where(_visible(looks, setup), _stack(looks, "distance"), np.inf)
    far[np.clip(target, 0, None), np.arange(far.shape[1])] = np.inf
    nearest = far.min(axis=0)
    return np.where(np.isfinite(nearest), np.round(nearest, 2), np.nan)


def _phase(
    bodies: list[Body], t: Floats, focus: Floats, setup: Setup, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """The phase of what comes back from the bin around `focus` (metres, by second)."""
    second = np.clip(t.astype(np.intp), 0, len(focus) - 1)
    center = focus[second]
    center = np.where(np.isnan(center), 1.0, center)
    size = len(t)
    echo = setup.clutter * np.ones(size, dtype=np.complex128)
    scale = setup.noise / np.sqrt(2)
    echo += scale * (rng.standard_normal(size) + 1j * rng.standard_normal(size))
    for body in bodies:
        look = body.look(t)
        apart = np.abs(look.distance - center)
        inside = np.maximum(np.exp(-((apart / setup.bin_m) ** 2)), _SIDELOBE)
        amplitude = look.there * look.strength / look.distance**2 * inside
        # A body starts at a phase of its own: where exactly it lies is not known to the millimetre.
        start = rng.uniform(0, 2 * np.pi)
        echo += amplitude * np.exp(1j * (RADIANS_PER_MM * look.moved + start))
    phase: Floats = np.angle(echo).astype(np.float64)
    turned: Floats = np.unwrap(phase).astype(np.float64)
    return phase, turned
