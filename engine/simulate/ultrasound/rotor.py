"""Fans: blades that turn faster than a baseband can follow, without a sample too many.

At each position of its head the echo of a rotor is a periodic function of its angle. Computed
once on a fine grid of angles, by the same exact paths as everything else, its Fourier series
G_n gives the echo at any angle; turning at r revolutions a second, line n lies at n r Hz, and
only lines that pass the decimation filter are added up. So nothing folds, however fast the
tips are, and a fan costs less than a person. The lines are those of Chen, Li, Ho & Wechsler,
IEEE Trans. Aerosp. Electron. Syst. 42, 2006 (micro-Doppler of rotating blades).
"""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Floats, Kinds, Vector
from .field import Field
from .motion import Kind
from .rates import STOP, response
from .schedule import ALWAYS, Schedule

_RADII = 5
"""Scatterers along a blade."""

_HEADS_PER_WAVE = 5
"""Positions of a turning head for each wavelength that its rotor moves; what is interpolated
between them is the echo less the phase of the hub, which changes slowly."""

_WANDER_HZ = 0.11
"""How fast a motor's speed wanders (chosen)."""

_SPARE_LINES = 24
"""Lines beyond twice the wave number times the radius die out faster than exponentially."""

_BLOCK = 1 << 16
"""Lines and times that are worked on at a time, so that they stay in the cache."""


@dataclass(frozen=True, slots=True)
class Fan:
    """A fan with its rotor's hub at `hub`, blowing along `axis` (a unit vector).

    `radius` metres, `speed` revolutions a second, which wanders by the part `wander`; `blades`
    is the amplitude of each blade in metres. The head turns about the vertical through a pivot
    `neck` metres behind the hub by `swing` radians to each side, once in `sweep` seconds.
    `phase` is where blades and head begin, in turns. A schedule's period is not followed.
    """

    hub: Vector
    axis: Vector
    radius: float
    speed: float
    blades: tuple[float, ...]
    wander: float = 0.005
    neck: float = 0.1
    swing: float = 0.0
    sweep: float = 12.0
    phase: float = 0.0
    schedule: Schedule = ALWAYS

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where(self.schedule.runs(t), int(Kind.MACHINE), 0)

    def prepare(self, field: Field, rate: float) -> TurningFan:
        """See Rotor."""
        return TurningFan(self, field, rate)

    def head(self, t: Floats) -> Floats:
        """Where the head looks at times t, radians to the left of its middle."""
        turn = self.swing * np.sin(2 * math.pi * (t / self.sweep + self.phase))
        return np.asarray(turn)

    def turned(self, t: Floats) -> Floats:
        """How far the blades have turned at times t, in turns; the integral of `pace`."""
        schedule = self.schedule
        if math.isinf(schedule.start):
            steady = t
        else:
            steady = schedule.rise * (
                _integral((t - schedule.start) / schedule.rise)
                - _integral((t - schedule.end) / schedule.rise)
            )
        wave = 2 * math.pi * _WANDER_HZ
        wandering = self.wander * np.sin(wave * steady) / wave
        return np.asarray(self.phase + self.speed * (steady + wandering))

    def pace(self, t: Floats) -> Floats:
        """Revolutions a second at times t, without the wandering."""
        return np.asarray(self.speed * self.schedule.share(t))

    def points(self, angle: Floats, head: float) -> Floats:
        """One blade's scatterers (3, _RADII, n) at angles in radians and a head position."""
        axis, hub = np.array(self.axis), np.array(self.hub)
        pivot = hub - self.neck * axis
        side = np.cross(axis, (0.0, 0.0, 1.0) if abs(axis[2]) < 0.9 else (1.0, 0.0, 0.0))
        side /= np.linalg.norm(side)
        up = np.cross(side, axis)
        cosine, sine = math.cos(head), math.sin(head)
        turn = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
        hub, side, up = pivot + turn @ (hub - pivot), turn @ side, turn @ up
        rho = self.radius * (np.arange(_RADII) + 1) / _RADII
        wheel = np.cos(angle) * side[:, None] + np.sin(angle) * up[:, None]
        points: Floats = hub[:, None, None] + rho[None, :, None] * wheel[:, None, :]
        return points


class TurningFan:
    """A fan as it is heard in a field, at an output rate."""

    def __init__(self, fan: Fan, field: Field, rate: float) -> None:
        self._fan = fan
        self._rate = rate
        self._wave = 4 * math.pi / field.wavelength
        self._ear = field.speaker.position
        arc = 2 * fan.swing * (fan.neck + fan.radius)
        heads = 4 + math.ceil(_HEADS_PER_WAVE * 2 * arc / field.wavelength) if fan.swing else 1
        self._heads = np.linspace(-1.02, 1.02, heads) * fan.swing if heads > 1 else np.zeros(1)
        self._top = math.ceil(self._wave * fan.radius) + _SPARE_LINES
        self._lines = np.stack([self._series(field, head) for head in self._heads])
        middle = np.array(fan.hub) - self._ear
        self._length = 2 * float(np.linalg.norm(middle))
        self._frequencies = np.linspace(0, rate, 512)
        self._gains = response(self._frequencies, rate)

    def echo(self, t: Floats) -> tuple[Complexes, float]:
        """See SpinningEcho."""
        pace = self._fan.pace(t)
        slowest = max(float(pace.min()) * (1 - self._fan.wander), 1e-9)
        top = min(self._top, math.floor(STOP * self._rate / slowest))
        turned, head = self._fan.turned(t), self._fan.head(t)
        chosen = np.ascontiguousarray(self._lines[:, :, self._top - top : self._top + top + 1])
        out = np.empty((chosen.shape[1], len(t)), dtype=np.complex64)
        step = max(32, _BLOCK // (top + 1))
        for start in range(0, len(t), step):
            part = slice(start, start + step)
            turning = self._turning(turned[part], pace[part], top)
            lines = chosen if len(self._heads) == 1 else self._between(chosen, head[part])
            out[:, part] = _sum(lines, turning)
        out *= self._carrier(head)
        return out, self._length

    def _series(self, field: Field, head: float) -> Complexes:
        """The Fourier series of the echo over the angle, (microphones, lines), less the hub's."""
        fan = self._fan
        angles = 2 * (self._top + 1)
        angle = 2 * math.pi * np.arange(angles) / angles
        strength = np.full((_RADII, angles), 1 / math.sqrt(_RADII), dtype=np.float32)
        blade = np.fft.fft(field.echo(fan.points(angle, head), strength), axis=1) / angles
        n = np.arange(-self._top, self._top + 1)
        offset = np.arange(len(fan.blades)) / len(fan.blades)
        together = np.exp(2j * math.pi * n[:, None] * offset) @ np.array(fan.blades)
        lines = blade[:, n] * together * np.conj(self._carrier(np.array([head])))
        series: Complexes = lines.astype(np.complex64)
        return series

    def _carrier(self, head: Floats) -> Complexes:
        """The phase of the way to the hub and back, for head positions."""
        fan = self._fan
        axis, hub = np.array(fan.axis), np.array(fan.hub)
        pivot = hub - fan.neck * axis - self._ear
        x = pivot[0] + fan.neck * (axis[0] * np.cos(head) - axis[1] * np.sin(head))
        y = pivot[1] + fan.neck * (axis[0] * np.sin(head) + axis[1] * np.cos(head))
        distance = np.sqrt(x * x + y * y + (pivot[2] + fan.neck * axis[2]) ** 2)
        turn: Complexes = np.exp(-1j * self._wave * distance).astype(np.complex64)
        return turn

    def _turning(self, turned: Floats, pace: Floats, top: int) -> Complexes:
        """How the lines from 0 to `top` turn, weakened as decimation does, (times, lines)."""
        powers = np.empty((len(turned), top + 1), dtype=np.complex64)
        powers[:, 0] = 1
        powers[:, 1:2] = np.exp(2j * math.pi * (turned % 1.0))[:, None]
        known = 2
        while known <= top:
            more = min(known - 1, top + 1 - known)
            np.multiply(
                powers[:, 1 : more + 1],
                powers[:, known - 1 : known],
                out=powers[:, known : known + more],
            )
            known += more
        n = np.arange(top + 1)
        if np.ptp(pace) < 1e-6 * self._fan.speed:
            powers *= self._gain(n * pace[0]).astype(np.float32)
        else:
            powers *= self._gain(np.outer(pace, n)).astype(np.float32)
        return powers

    def _gain(self, frequency: Floats) -> Floats:
        return np.interp(frequency, self._frequencies, self._gains)

    def _between(self, lines: Complexes, head: Floats) -> Complexes:
        """The lines at head positions, by cubic interpolation, (times, microphones, lines)."""
        step = self._heads[1] - self._heads[0]
        place = (head - self._heads[0]) / step
        index = np.clip(np.floor(place).astype(np.int_), 1, len(self._heads) - 3)
        x = (place - index).astype(np.float32)[:, None, None]
        out: Complexes = (-0.5 * x + x**2 - 0.5 * x**3) * lines[index - 1]
        out += (1 - 2.5 * x**2 + 1.5 * x**3) * lines[index]
        out += (0.5 * x + 2 * x**2 - 1.5 * x**3) * lines[index + 1]
        out += (-0.5 * x**2 + 0.5 * x**3) * lines[index + 2]
        return out


def _sum(lines: Complexes, turning: Complexes) -> Complexes:
    """The lines (1 or times, microphones, -top to top) as they turn, (microphones, times)."""
    top = turning.shape[1] - 1
    up, down = lines[:, :, top:], np.conj(lines[:, :, top - 1 :: -1] if top else lines[:, :, :0])
    if len(lines) == 1:
        total: Complexes = up[0] @ turning.T
        total += np.conj(down[0] @ turning[:, 1:].T)
        return total
    moved: Complexes = np.einsum("tmn,tn->mt", up, turning)
    moved += np.conj(np.einsum("tmn,tn->mt", down, turning[:, 1:]))
    return moved


def _integral(x: Floats) -> Floats:
    """The integral of a smoothstep from 0 on, which stays at 1 after 1."""
    u = np.clip(x, 0, 1)
    whole: Floats = u**3 * (1 - 0.5 * u) + np.maximum(x - 1, 0)
    return whole
