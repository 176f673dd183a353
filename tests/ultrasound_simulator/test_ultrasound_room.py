import numpy as np
import pytest

from halcyon.simulate.ultrasound.room import Room, images

ROOM = Room((5.0, 4.0, 2.5), (0.9, 0.8, 0.7, 0.6, 0.5, 0.4))
POINT = (1.0, 3.0, 0.5)


def test_first_images_lie_behind_their_walls() -> None:
    found = images(ROOM, POINT, 1)
    expected = {
        (1.0, 3.0, 0.5): 1.0,
        (-1.0, 3.0, 0.5): 0.9,
        (9.0, 3.0, 0.5): 0.8,
        (1.0, -3.0, 0.5): 0.7,
        (1.0, 5.0, 0.5): 0.6,
        (1.0, 3.0, -0.5): 0.5,
        (1.0, 3.0, 4.5): 0.4,
    }
    at = {tuple(row.tolist()): s for row, s in zip(found.positions, found.strength, strict=True)}
    assert at.keys() == expected.keys()
    assert [at[key] for key in expected] == pytest.approx(list(expected.values()))


def test_an_image_is_turned_in_the_axis_of_its_wall() -> None:
    found = images(ROOM, POINT, 1)
    west = found.positions[:, 0] < 0
    assert found.turned((0.6, 0.8, 0.0))[west].tolist() == [[-0.6, 0.8, 0.0]]


def test_second_images_multiply_their_walls() -> None:
    found = images(ROOM, POINT, 2)
    assert len(found.strength) == 25
    far = np.isclose(found.positions, (11.0, 3.0, 0.5)).all(axis=1)
    assert found.strength[far] == pytest.approx([0.8 * 0.9])
    corner = np.isclose(found.positions, (-1.0, -3.0, 0.5)).all(axis=1)
    assert found.strength[corner] == pytest.approx([0.9 * 0.7])


def test_without_reflections_there_is_only_the_point() -> None:
    assert images(ROOM, POINT, 0).positions.tolist() == [list(POINT)]
