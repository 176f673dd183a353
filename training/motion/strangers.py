"""A third way of walking, for validation only: neither learned from nor judged by in the end.

What is chosen on walkers of the kind that was learned from holds for them alone. These have the
joint angles of textbooks of gait analysis (Winter, Biomechanics and Motor Control of Human
Movement), as a few harmonics: hips swing by 40 degrees, knees bend by 60 while a leg swings and by
15 when it takes the weight, arms swing against the legs.
"""

from dataclasses import dataclass
import math

import numpy as np

from halcyon.simulate.ultrasound import body
from halcyon.simulate.ultrasound.arrays import Floats

_USUAL = 1.3
"""m/s: the speed at which the angles are those of the textbook."""
_STRIDE = 0.83
"""Of the height, at that speed; it grows with the square root of the speed."""


@dataclass(frozen=True, slots=True)
class TextbookGait:
    """See body.Gait."""

    def stride(self, height: float, speed: Floats) -> Floats:
        """See body.Gait."""
        length: Floats = _STRIDE * height * np.sqrt(np.maximum(speed, 1e-3) / _USUAL)
        return length

    def joints(self, height: float, cycle: Floats, speed: Floats) -> Floats:
        """See body.Gait."""
        lively = np.sqrt(np.minimum(speed / _USUAL, 1.5))
        turn = 2 * math.pi * cycle
        joints = np.zeros((body.JOINTS, 3, len(cycle)))
        base = np.zeros((3, len(cycle)))
        base[0] = 0.012 * lively * np.cos(2 * turn)
        base[1] = 0.02 * lively * np.sin(turn)
        base[2] = (body.LEG + body.ANKLE_HEIGHT) * height - 0.022 * lively * (1 - np.cos(2 * turn))
        joints[body.PELVIS] = base
        joints[body.NECK] = base + np.array([[0.02], [0.0], [body.TORSO * height]])
        joints[body.HEAD] = joints[body.NECK]
        joints[body.HEAD, 2] += body.HEAD_LENGTH * height
        for side, sign, phase in ((0, 1.0, turn + math.pi), (1, -1.0, turn)):
            self._leg(joints, height, side, sign, phase, lively)
            self._arm(joints, height, side, sign, phase, lively)
        return joints

    def _leg(
        self, joints: Floats, height: float, side: int, sign: float, phase: Floats, lively: Floats
    ) -> None:
        hip = np.radians(5 + 20 * np.cos(phase)) * lively
        swing = np.clip(np.sin(phase - 0.95 * math.pi), 0, None) ** 2
        weight = np.clip(np.sin(2 * phase), 0, None) ** 2 * (np.cos(phase) > 0)
        knee = hip - np.radians(4 + 56 * swing + 12 * weight) * lively
        ankle = knee + math.pi / 2 - np.radians(12) * lively * np.sin(phase)
        at = joints[body.PELVIS].copy()
        at[1] += sign * body.HIP_HALF * height
        joints[body.HIPS[side]] = at
        for joint, angle, length in (
            (body.KNEES, hip, body.THIGH),
            (body.ANKLES, knee, body.SHANK),
            (body.TOES, ankle, body.FOOT),
        ):
            at = _hung(at, angle, length * height)
            joints[joint[side]] = at

    def _arm(
        self, joints: Floats, height: float, side: int, sign: float, phase: Floats, lively: Floats
    ) -> None:
        shoulder = -np.radians(16 * np.cos(phase)) * lively
        elbow = shoulder + np.radians(18 + 8 * np.cos(phase + math.pi) * lively)
        at = joints[body.NECK].copy()
        at[1] += sign * body.SHOULDER_HALF * height
        joints[body.SHOULDERS[side]] = at
        for joint, angle, length in (
            (body.ELBOWS, shoulder, body.UPPER_ARM),
            (body.WRISTS, elbow, body.FOREARM),
        ):
            at = _hung(at, angle, length * height)
            joints[joint[side]] = at


def _hung(at: Floats, angle: Floats, length: float) -> Floats:
    end = at.copy()
    end[0] += length * np.sin(angle)
    end[2] -= length * np.cos(angle)
    return end
