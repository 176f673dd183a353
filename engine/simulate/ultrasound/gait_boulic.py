"""Walking by joint angles: Boulic, Thalmann & Thalmann, The Visual Computer 6, 1990.

Everything follows from the height and the relative speed, speed over leg length. The paper's
curves for fast walking (relative speed above 1.3) differ little from those of normal walking,
which are kept there; its control points are joined by half cosines and kept to the harmonics
that limbs follow.
"""

from dataclasses import dataclass
import math

import numpy as np

from . import body
from .arrays import Floats

_HARMONICS = 7
_GRID = 256
_NORMAL = 0.5
"""Above this relative speed the legs' angles do not grow further."""


@dataclass(frozen=True, slots=True)
class _Curve:
    """A periodic curve as Fourier coefficients."""

    coefficients: tuple[complex, ...]

    def __call__(self, cycle: Floats) -> Floats:
        turn = np.exp(2j * math.pi * cycle)
        value = np.full(cycle.shape, self.coefficients[-1], dtype=np.complex128)
        for each in self.coefficients[-2::-1]:
            value = value * turn + each
        return value.real


def _curve(at: tuple[float, ...], values: tuple[float, ...]) -> _Curve:
    """The smooth periodic curve through control points at parts of the cycle."""
    x = np.arange(_GRID) / _GRID
    knots = np.array([*(each - 1 for each in at), *at, *(each + 1 for each in at)])
    heights = np.array(values * 3)
    index = np.searchsorted(knots, x, side="right") - 1
    within = (x - knots[index]) / (knots[index + 1] - knots[index])
    ease = 0.5 - 0.5 * np.cos(math.pi * within)
    spectrum = np.fft.rfft(heights[index] + (heights[index + 1] - heights[index]) * ease) / _GRID
    spectrum[1:] *= 2
    return _Curve(tuple(spectrum[: _HARMONICS + 1].tolist()))


# Degrees, at a relative speed of 0 and what one of 1 adds.
_HIP = _curve((0.5, 0.9), (-30, 50))
_KNEE = _curve((0.17, 0.4, 0.75, 1.0), (0, 0, 140, 0))
_KNEE_STILL = 3.0
_ANKLE = _curve((0.0, 0.08, 0.5, 0.65, 0.85), (0, -30, 22, -34, 0))
_ANKLE_STILL = -3.0
_ELBOW = _curve((0.05, 0.5, 0.9), (6, 34, 10))
_ELBOW_STILL = 3.0
_SHOULDER = 9.88
_SHOULDER_STILL = 3.0
_PELVIS_TURN = 4.0
_THORAX_TURN = _curve((0.1, 0.4, 0.6, 0.9), (4 / 3, -4.5 / 3, -4 / 3, 4.5 / 3))


class BoulicGait:
    """The model of 1990; a cycle begins with the right heel's strike."""

    def stride(self, height: float, speed: Floats) -> Floats:
        """1.346 times the root of the relative speed, in leg lengths."""
        leg = body.LEG * height
        length: Floats = 1.346 * leg * np.sqrt(np.maximum(speed, 1e-3) / leg)
        return length

    def joints(self, height: float, cycle: Floats, speed: Floats) -> Floats:
        """See body.Gait."""
        relative = speed / (body.LEG * height)
        slow = np.minimum(relative, _NORMAL)
        bend = 4 * slow * (1 - slow)
        joints = np.zeros((body.JOINTS, 3, len(cycle)))
        # The trunk nods twice a cycle, sways once and surges twice.
        base = np.zeros((3, len(cycle)))
        base[0] = 0.021 * bend * np.sin(2 * math.pi * (2 * cycle + 0.1))
        base[1] = -0.032 * bend * np.sin(2 * math.pi * (cycle - 0.1))
        base[2] = (body.LEG + body.ANKLE_HEIGHT) * height
        base[2] += 0.015 * relative * (np.sin(2 * math.pi * (2 * cycle - 0.35)) - 1)
        joints[body.PELVIS] = base
        joints[body.NECK] = base
        joints[body.NECK, 2] += body.TORSO * height
        joints[body.HEAD] = joints[body.NECK]
        joints[body.HEAD, 2] += body.HEAD_LENGTH * height
        turn = np.radians(_PELVIS_TURN * relative * np.cos(2 * math.pi * cycle))
        twist = np.radians(_THORAX_TURN(cycle) * relative)
        for side, sign, phase in ((0, 1.0, cycle + 0.5), (1, -1.0, cycle)):
            self._leg(joints, height, side, sign, phase, slow, turn)
            self._arm(joints, height, side, sign, phase, relative, twist)
        return joints

    def _leg(
        self,
        joints: Floats,
        height: float,
        side: int,
        sign: float,
        phase: Floats,
        slow: Floats,
        turn: Floats,
    ) -> None:
        hip = np.radians(_HIP(phase) * slow)
        knee = hip - np.radians(_KNEE_STILL + _KNEE(phase) * slow)
        ankle = knee + np.radians(_ANKLE_STILL + _ANKLE(phase) * slow) + math.pi / 2
        at = joints[body.PELVIS].copy()
        at[0] -= sign * body.HIP_HALF * height * np.sin(turn)
        at[1] += sign * body.HIP_HALF * height * np.cos(turn)
        joints[body.HIPS[side]] = at
        joints[body.KNEES[side]] = at = _hang(at, hip, body.THIGH * height)
        joints[body.ANKLES[side]] = at = _hang(at, knee, body.SHANK * height)
        joints[body.TOES[side]] = _hang(at, ankle, body.FOOT * height)

    def _arm(
        self,
        joints: Floats,
        height: float,
        side: int,
        sign: float,
        phase: Floats,
        relative: Floats,
        twist: Floats,
    ) -> None:
        swing = _SHOULDER * relative
        shoulder = np.radians(_SHOULDER_STILL - swing / 2 - swing * np.cos(2 * math.pi * phase))
        elbow = shoulder + np.radians(_ELBOW_STILL + _ELBOW(phase) * relative)
        at = joints[body.NECK].copy()
        at[0] -= sign * body.SHOULDER_HALF * height * np.sin(twist)
        at[1] += sign * body.SHOULDER_HALF * height * np.cos(twist)
        joints[body.SHOULDERS[side]] = at
        joints[body.ELBOWS[side]] = at = _hang(at, shoulder, body.UPPER_ARM * height)
        joints[body.WRISTS[side]] = _hang(at, elbow, body.FOREARM * height)


def _hang(at: Floats, angle: Floats, length: float) -> Floats:
    """The far end of a segment that hangs from `at`, `angle` radians forward of straight down."""
    end = at.copy()
    end[0] += length * np.sin(angle)
    end[2] -= length * np.cos(angle)
    return end
