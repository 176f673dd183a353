"""Walking by footsteps: the pelvis vaults over planted feet, the swinging foot passes below.

The inverted pendulum of walking (Kuo, Human Movement Science 26, 2007); the stride grows with
speed to the power 0.42 (Grieve, Biomedical Engineering 3, 1968). Feet are placed first and the
knees follow from them, the reverse of walking by joint angles.
"""

import math

import numpy as np

from . import body
from .arrays import Floats

_STRIDE_AT_1_M_S = 0.70
"""Strides per height at 1 m/s: 1.23 m for 1.75 m."""
_EXPONENT = 0.42
_STANCE = 0.61
"""The part of the cycle for which a foot is on the ground."""
_DOUBLE_SUPPORT = 0.25
"""How far the feet are from below the pelvis when both are on the ground, in strides."""
_CLEARANCE = 0.055
"""How high the ankle is lifted, as part of the height."""
_ARM_SWING = 0.12
"""How far the wrists go forward and back, as part of the stride."""
_SWAY = 0.02
_FLEXED = 0.96
"""The standing leg bends a little where the pelvis is highest (Saunders, Inman & Eberhart, J.
Bone Joint Surg. 35, 1953)."""
_NEVER_STRAIGHT_M2 = 0.012
"""Rounds off the knee where a leg would be stretched to its end, square metres."""


class PendulumGait:
    """Walking on planted feet; a cycle begins with the left heel's strike."""

    def stride(self, height: float, speed: Floats) -> Floats:
        """See body.Gait."""
        length: Floats = _STRIDE_AT_1_M_S * height * np.maximum(speed, 1e-3) ** _EXPONENT
        return length

    def joints(self, height: float, cycle: Floats, speed: Floats) -> Floats:
        """See body.Gait."""
        moving = np.minimum(speed / 0.3, 1.0)
        stride = self.stride(height, speed) * moving
        joints = np.zeros((body.JOINTS, 3, len(cycle)))
        leg = body.LEG * height * _FLEXED
        # The pelvis is highest when the standing leg is upright, twice a cycle.
        reach = _DOUBLE_SUPPORT * stride * np.sin(2 * math.pi * (cycle - _STANCE / 2))
        pelvis = joints[body.PELVIS]
        pelvis[1] = -_SWAY * moving * np.cos(2 * math.pi * (cycle - _STANCE / 2))
        pelvis[2] = np.sqrt(leg**2 - reach**2) + body.ANKLE_HEIGHT * height
        joints[body.NECK] = pelvis
        joints[body.NECK, 0] += 0.03 * moving
        joints[body.NECK, 2] += body.TORSO * height
        joints[body.HEAD] = joints[body.NECK]
        joints[body.HEAD, 0] += 0.02
        joints[body.HEAD, 2] += body.HEAD_LENGTH * height
        for side, sign, phase in ((0, 1.0, cycle), (1, -1.0, cycle + 0.5)):
            self._leg(joints, height, side, sign, phase % 1, stride, moving)
            self._arm(joints, height, side, sign, phase, stride)
        return joints

    def _leg(
        self,
        joints: Floats,
        height: float,
        side: int,
        sign: float,
        phase: Floats,
        stride: Floats,
        moving: Floats,
    ) -> None:
        swing = np.clip((phase - _STANCE) / (1 - _STANCE), 0, 1)
        planted = _STANCE / 2 - np.minimum(phase, _STANCE)
        # While it swings the foot makes up for the whole stance, at the speed of a half sine.
        along = planted + _STANCE * (0.5 - 0.5 * np.cos(math.pi * swing))
        hip = joints[body.PELVIS].copy()
        hip[1] += sign * body.HIP_HALF * height
        ankle = np.zeros_like(hip)
        ankle[0] = along * stride
        ankle[1] = 0.8 * sign * body.HIP_HALF * height
        lift = np.sin(math.pi * swing) ** 2 * (1 - 0.4 * swing)
        ankle[2] = (body.ANKLE_HEIGHT + _CLEARANCE * moving * lift) * height
        joints[body.HIPS[side]] = hip
        joints[body.ANKLES[side]] = ankle
        joints[body.KNEES[side]] = _knee(hip, ankle, body.THIGH * height, body.SHANK * height)
        pitch = 0.35 * moving * np.sin(2 * math.pi * swing)
        toe = ankle.copy()
        toe[0] += body.FOOT * height * np.cos(pitch)
        toe[2] += body.FOOT * height * -np.sin(pitch) - 0.5 * body.ANKLE_HEIGHT * height
        joints[body.TOES[side]] = toe

    def _arm(
        self, joints: Floats, height: float, side: int, sign: float, phase: Floats, stride: Floats
    ) -> None:
        shoulder = joints[body.NECK].copy()
        shoulder[1] += sign * body.SHOULDER_HALF * height
        # Each arm goes with the other leg.
        swing = -_ARM_SWING * stride * np.cos(2 * math.pi * (phase - 0.05))
        wrist = shoulder.copy()
        wrist[0] += swing + 0.05
        wrist[2] -= 0.95 * (body.UPPER_ARM + body.FOREARM) * height - 0.3 * np.abs(swing)
        joints[body.SHOULDERS[side]] = shoulder
        joints[body.WRISTS[side]] = wrist
        joints[body.ELBOWS[side]] = 0.45 * shoulder + 0.55 * wrist
        joints[body.ELBOWS[side], 0] -= 0.03


def _knee(hip: Floats, ankle: Floats, thigh: float, shank: float) -> Floats:
    """The forward one of the two places where a knee can be between hip and ankle."""
    span = ankle - hip
    distance = np.clip(np.linalg.norm(span, axis=0), abs(thigh - shank) + 1e-6, thigh + shank)
    along = (thigh**2 - shank**2 + distance**2) / (2 * distance)
    square = thigh**2 - along**2
    out = np.sqrt((square + np.hypot(square, _NEVER_STRAIGHT_M2)) / 2)
    axis = span / distance
    # Forward and square to the leg, in the plane of walking.
    forward = np.stack([-axis[2], np.zeros_like(out), axis[0]])
    knee: Floats = hip + axis * along + forward * out
    return knee
