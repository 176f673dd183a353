from hypothesis import given, strategies as st
import pytest

from halcyon.core.reading import (
    Ambient,
    Bed,
    BodyMovement,
    Breath,
    BreathUnit,
    Detection,
    Gates,
    Motion,
    MotionLevel,
    Reading,
    Target,
    Targets,
    Vitals,
)
from halcyon.core.snapshot import Json
from halcyon.decode.sample import read_sample


def read(**fields: Json) -> tuple[list[Reading], str | None]:
    return read_sample(fields, 100.0)


@pytest.mark.parametrize(
    ("fields", "reading"),
    [
        ({"presence": False}, Detection(present=False)),
        (
            {"presence": True, "moving": 0.5, "still": 1, "dist_m": 0},
            Detection(present=True, moving=0.5, still=1.0, distance=0.0),
        ),
        ({"targets": []}, Targets(())),
        ({"targets": [[-782, 1713, -160]]}, Targets((Target(-0.782, 1.713, -0.16),))),
        ({"gates_m": [0, 50], "gates_s": [100, 25]}, Gates((0.0, 0.5), (1.0, 0.25), 0.75)),
        ({"gates_s": [10]}, Gates((), (0.1,), 0.75)),
        ({"rr": 14.2, "hr": 61}, Vitals(14.2, 61.0)),
        ({"rr": 0, "hr": 0}, Vitals(None, None)),
        ({"rr": 90, "hr": 250}, Vitals(None, None)),
        ({"rr": 12}, Vitals(12.0, None)),
        ({"body_move": 0.25}, BodyMovement(0.25)),
        ({"bed": True}, Bed(occupied=True)),
        ({"motion": {"state": "minor", "score": 0.4}}, Motion(MotionLevel.MINOR, 0.4)),
        ({"motion": {"state": "none"}}, Motion(MotionLevel.NONE)),
        (
            {"temp": -3.5, "rh": 40, "lux": 0, "co2": 600, "db": 31},
            Ambient(-3.5, 40.0, 0.0, 600.0, 31.0),
        ),
        ({"lux": 3}, Ambient(illuminance=3.0)),
    ],
)
def test_a_field_is_a_reading(fields: dict[str, Json], reading: Reading) -> None:
    assert read(**fields) == ([reading], None)


def test_breath_ends_at_the_time_of_the_sample() -> None:
    readings, wrong = read(breath=[0.1, -0.2, 0.3], fs=2)
    assert wrong is None
    assert readings == [Breath((99.0, 99.5, 100.0), (0.1, -0.2, 0.3), BreathUnit.RELATIVE)]


def test_one_sample_may_say_many_things() -> None:
    readings, wrong = read(presence=True, targets=[[0, 1000, 0]], rr=12, temp=20, unknown=[[1]])
    assert [type(each) for each in readings] == [Detection, Targets, Vitals, Ambient]
    assert wrong is None


def test_null_is_unknown() -> None:
    nothing: dict[str, Json] = dict.fromkeys(
        [
            "presence",
            "moving",
            "dist_m",
            "targets",
            "gates_m",
            "rr",
            "breath",
            "bed",
            "motion",
            "lux",
        ]
    )
    assert read(**nothing) == ([], None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"presence": 1}, "presence"),
        ({"moving": 50}, "moving"),
        ({"moving": True}, "moving"),
        ({"dist_m": -1}, "dist_m"),
        ({"targets": {}}, "targets"),
        ({"targets": [[1, 2]]}, "targets"),
        ({"targets": [[1, 2, None]]}, "targets"),
        ({"targets": [[0, 1000, 0], [0, "1000", 0]]}, "targets"),
        ({"targets": [[0, 1e9, 0]]}, "targets"),
        ({"gates_m": [101]}, "gates_m"),
        ({"gates_m": [1] * 65}, "gates_m"),
        ({"rr": "14"}, "rr"),
        ({"body_move": 2}, "body_move"),
        ({"bed": "in"}, "bed"),
        ({"motion": {"state": "wild"}}, "motion"),
        ({"motion": {"score": 1}}, "motion"),
        ({"motion": "major"}, "motion"),
        ({"temp": "20"}, "temp"),
        ({"breath": [1, None], "fs": 8}, "breath"),
        ({"breath": [1, 2]}, "fs"),
        ({"breath": [1, 2], "fs": 0}, "fs"),
        ({"breath": [1, 2], "fs": "8"}, "fs"),
    ],
)
def test_a_wrong_field_is_named_and_the_others_are_kept(
    fields: dict[str, Json], wrong: str
) -> None:
    assert read(**fields, co2=500) == ([Ambient(co2=500.0)], wrong)


def test_a_wrong_score_keeps_the_state_of_a_motion() -> None:
    assert read(motion={"state": "major", "score": 7}) == ([Motion(MotionLevel.MAJOR)], "motion")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
_KEYS = [
    *("presence", "moving", "still", "dist_m", "targets", "gates_m", "gates_s", "rr", "hr"),
    *("breath", "fs", "body_move", "bed", "motion", "temp", "rh", "lux", "co2", "db"),
]


@given(st.dictionaries(st.sampled_from(_KEYS), _JSON))
def test_no_value_of_any_field_raises(body: dict[str, Json]) -> None:
    readings, _ = read_sample(body, 100.0)
    assert len(readings) == len({type(each) for each in readings})
