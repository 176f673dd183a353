import numpy as np
import pytest

from halcyon.simulate.ultrasound import body
from halcyon.simulate.ultrasound.arrays import Floats
from halcyon.simulate.ultrasound.body import Gait
from halcyon.simulate.ultrasound.gait_boulic import BoulicGait
from halcyon.simulate.ultrasound.gait_pendulum import PendulumGait

HEIGHT = 1.75
GAITS = pytest.mark.parametrize("gait", [BoulicGait(), PendulumGait()])


def walk(gait: Gait, speed: float) -> tuple[Floats, Floats]:
    """Times and joints in the room over two strides."""
    cycle = np.linspace(0, 2, 2000)
    t = cycle * gait.stride(HEIGHT, np.array([speed]))[0] / speed
    joints = gait.joints(HEIGHT, cycle, np.full(2000, speed))
    joints[:, 0] += speed * t
    return t, joints


@GAITS
@pytest.mark.parametrize("speed", [0.6, 1.0, 1.4])
def test_feet_swing_at_several_times_the_walking_speed(gait: Gait, speed: float) -> None:
    t, joints = walk(gait, speed)
    forward = np.gradient(joints[body.ANKLES[0], 0], t) / speed
    assert 3.0 < forward.max() < 5.1
    assert forward.mean() == pytest.approx(1.0, abs=0.05)
    # On the ground for about 60 % of the stride.
    assert 0.5 < np.mean(forward < 0.6) < 0.75


@GAITS
def test_the_pelvis_rises_twice_a_stride_by_a_few_centimetres(gait: Gait) -> None:
    _, joints = walk(gait, 1.2)
    height = joints[body.PELVIS, 2]
    assert 0.02 < np.ptp(height) < 0.08
    assert np.abs(np.fft.rfft(height - height.mean())).argmax() == 4


@GAITS
def test_legs_keep_their_length(gait: Gait) -> None:
    _, joints = walk(gait, 1.2)
    for side in (0, 1):
        knee, ankle, hip = (joints[each[side]] for each in (body.KNEES, body.ANKLES, body.HIPS))
        for a, b, length in ((hip, knee, body.THIGH), (knee, ankle, body.SHANK)):
            assert np.linalg.norm(b - a, axis=0) == pytest.approx(length * HEIGHT, rel=0.08)


@GAITS
def test_sides_take_turns(gait: Gait) -> None:
    _, joints = walk(gait, 1.2)
    left, right = joints[body.KNEES[0], 2], joints[body.KNEES[1], 2]
    assert left[:1499] == pytest.approx(right[500:1999], abs=2e-3)


@GAITS
def test_standing_is_walking_at_no_speed(gait: Gait) -> None:
    cycle = np.linspace(0, 1, 50)
    joints = gait.joints(HEIGHT, cycle, np.zeros(50))
    assert np.ptp(joints, axis=2).max() < 0.02
    assert joints[body.HEAD, 2].mean() == pytest.approx(0.95 * HEIGHT, rel=0.05)


def test_the_cycle_of_1990() -> None:
    # 1.346 sqrt(v) leg lengths a cycle, at a relative speed of 1.
    leg = body.LEG * HEIGHT
    assert BoulicGait().stride(HEIGHT, np.array([leg])) == pytest.approx([1.346 * leg])


def test_the_two_models_differ() -> None:
    _, first = walk(BoulicGait(), 1.2)
    _, second = walk(PendulumGait(), 1.2)
    lift = [np.ptp(each[body.ANKLES[0], 2]) for each in (first, second)]
    assert abs(lift[0] - lift[1]) > 0.05
