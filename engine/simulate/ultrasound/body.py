"""Bodies as a chain of joints and the scatterers on it.

Proportions: Drillis & Contini's segment lengths as parts of the height, as Boulic, Thalmann &
Thalmann (The Visual Computer 6, 1990) use them. Target strengths are chosen: in the order that
Bradley & Sabatier (2010) found in the ultrasonic Doppler of walkers, trunk, thigh, lower leg,
and so that a whole walker has the level of real recordings, about -40 dBc at 2 m from a phone.
"""

from typing import Protocol

import numpy as np

from .arrays import Floats

HEAD, NECK, PELVIS = 0, 1, 2
SHOULDERS, ELBOWS, WRISTS = (3, 4), (5, 6), (7, 8)
HIPS, KNEES, ANKLES, TOES = (9, 10), (11, 12), (13, 14), (15, 16)
JOINTS = 17
"""Joints in body axes (forward, left, up), left before right, above the ground point of the
pelvis."""

HEAD_LENGTH = 0.130
SHOULDER_HALF = 0.1295
TORSO = 0.288
HIP_HALF = 0.0955
THIGH = 0.245
SHANK = 0.246
ANKLE_HEIGHT = 0.039
FOOT = 0.143
UPPER_ARM = 0.188
FOREARM = 0.152
LEG = THIGH + SHANK

_SEGMENTS: tuple[tuple[int, int, float, float], ...] = (
    (HEAD, NECK, 0.3, -20.0),
    (NECK, PELVIS, 0.25, -10.5),
    (NECK, PELVIS, 0.75, -11.5),
    *((SHOULDERS[s], ELBOWS[s], 0.5, -25.0) for s in (0, 1)),
    *((ELBOWS[s], WRISTS[s], 0.4, -27.0) for s in (0, 1)),
    *((ELBOWS[s], WRISTS[s], 1.1, -30.0) for s in (0, 1)),
    *((HIPS[s], KNEES[s], 0.5, -20.0) for s in (0, 1)),
    *((KNEES[s], ANKLES[s], 0.5, -22.0) for s in (0, 1)),
    *((ANKLES[s], TOES[s], 0.6, -28.0) for s in (0, 1)),
)
"""Each scatterer: from which joint, to which, how far along, target strength in dB re 1 m."""

SCATTERERS = len(_SEGMENTS)
TRUNK = (1, 2)
"""The scatterers that breathe."""

_FROM = np.array([each[0] for each in _SEGMENTS])
_TO = np.array([each[1] for each in _SEGMENTS])
_ALONG = np.array([each[2] for each in _SEGMENTS])[:, None]

STRENGTHS = 10 ** (np.array([each[3] for each in _SEGMENTS]) / 20)
"""The amplitude of each scatterer of an adult in thin clothes, metres."""


class Gait(Protocol):
    """A way of walking."""

    def stride(self, height: float, speed: Floats) -> Floats:
        """The length of a stride (two steps) in metres, at speeds in m/s."""

    def joints(self, height: float, cycle: Floats, speed: Floats) -> Floats:
        """Joints (JOINTS, 3, n) of somebody who walks at `speed`; `cycle` counts strides."""


def on_segments(joints: Floats) -> Floats:
    """Where the scatterers of a body are, shape (3, SCATTERERS, n), in the joints' axes."""
    x = joints.transpose(1, 0, 2)
    points: Floats = x[:, _FROM] + (x[:, _TO] - x[:, _FROM]) * _ALONG
    return points


def seated(height: float) -> Floats:
    """The joints of somebody on a chair, hands on the lap, the pelvis over the origin."""
    thigh, shank = THIGH * height, SHANK * height
    seat = shank + ANKLE_HEIGHT * height
    top = seat + TORSO * height
    joints = np.zeros((JOINTS, 3))
    joints[HEAD] = (0.03, 0, top + HEAD_LENGTH * height)
    joints[NECK] = (0.0, 0, top)
    joints[PELVIS] = (0.0, 0, seat)
    for side, sign in ((0, 1.0), (1, -1.0)):
        across = sign * SHOULDER_HALF * height
        legs = sign * HIP_HALF * height
        joints[SHOULDERS[side]] = (0.0, across, top)
        joints[ELBOWS[side]] = (0.08, across * 1.1, top - 0.95 * UPPER_ARM * height)
        joints[WRISTS[side]] = (0.08 + FOREARM * height, across * 0.7, seat + 0.12)
        joints[HIPS[side]] = (0.0, legs, seat)
        joints[KNEES[side]] = (thigh, legs, seat)
        joints[ANKLES[side]] = (thigh, legs, ANKLE_HEIGHT * height)
        joints[TOES[side]] = (thigh + 0.7 * FOOT * height, legs, 0.02)
    return joints
