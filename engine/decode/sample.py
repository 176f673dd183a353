"""JSON samples: the normalised fields of a node's own measurements as readings.

Fields are read one by one, so that a wrong one costs no other. Energies per gate are 0-100 on
the wire, as the LD24xx send them, and 0-1 in a reading; `moving`, `still` and `body_move` are
0-1 on both sides. The newest value of `breath` was measured at the sample's own time.
"""

from collections.abc import Callable

from ..core.reading import (
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
    Sounding,
    SoundTrouble,
    Target,
    Targets,
    Vitals,
)
from ..core.snapshot import Json
from .strict_json import Members, as_number

MAX_BYTES = 2048

_FARTHEST = 100.0
"""Metres; no indoor radar reaches beyond."""

_FARTHEST_MM = 1000 * _FARTHEST
_FASTEST_MM_S = 100_000.0

GATE_SPACING = 0.75
"""Metres a gate: what LD2410, LD2412 and LD2420 divide their range into unless told otherwise."""

_GATE_FULL = 100.0
_MAX_GATES = 64

RESPIRATION_RANGE = (4.0, 60.0)
HEART_RANGE = (30.0, 220.0)
"""Per minute. Outside of them a radar has no subject; they say 0 when they have none."""

_MAX_RATE_HZ = 1000.0

_HIGHEST_CARRIER_HZ = 200_000.0
"""No sound card plays a higher tone."""

_WIDEST_DB = 300.0
"""Far beyond what 32 bits of a converter resolve."""

_LONGEST_WORD = 32


def read_sample(body: dict[str, Json], measured_t: float) -> tuple[list[Reading], str | None]:
    """The readings of a sample measured at measured_t, and the name of a field that is wrong."""
    members = Members(body)
    readings: list[Reading] = []
    # A sample holds one or two of the fields, and to look for all of them costs more than to
    # read these.
    given = body.keys()
    for keys, read in _READERS:
        if not keys.isdisjoint(given) and (reading := read(members)) is not None:
            readings.append(reading)
    if "breath" in given and (breath := _breath(members, measured_t)) is not None:
        readings.append(breath)
    return readings, members.wrong


def read_motion(members: Members) -> Motion | None:
    """The verdict in `state`, `score` and what is nobody; a state that is no level is wrong."""
    state = members.text("state", 8)
    score, *nobody = (
        members.number(key, 0.0, 1.0) for key in ("score", "machine", "air", "transient")
    )
    level = None if state is None else _LEVELS.get(state)
    if level is None:
        members.refuse("state")
        return None
    return Motion(level, score, *nobody)


_LEVELS = {str(level): level for level in MotionLevel}


def _detection(members: Members) -> Detection | None:
    present = members.flag("presence")
    moving = members.number("moving", 0.0, 1.0)
    still = members.number("still", 0.0, 1.0)
    distance = members.number("dist_m", 0.0, _FARTHEST)
    if present is None and moving is None and still is None and distance is None:
        return None
    return Detection(present, moving, still, distance)


def _targets(members: Members) -> Targets | None:
    rows = members.rows("targets")
    if rows is None:
        return None
    targets: list[Target] = []
    for row in rows:
        target = _target(row)
        if target is None:
            members.refuse("targets")
            return None
        targets.append(target)
    return Targets(tuple(targets))


def _target(row: Json) -> Target | None:
    if not isinstance(row, list) or len(row) != 3:
        return None
    x = as_number(row[0], -_FARTHEST_MM, _FARTHEST_MM)
    y = as_number(row[1], -_FARTHEST_MM, _FARTHEST_MM)
    velocity = as_number(row[2], -_FASTEST_MM_S, _FASTEST_MM_S)
    if x is None or y is None or velocity is None:
        return None
    return Target(x / 1000, y / 1000, velocity / 1000)


def _gates(members: Members) -> Gates | None:
    moving, still = _energies(members, "gates_m"), _energies(members, "gates_s")
    if not moving and not still:
        return None
    return Gates(moving, still, GATE_SPACING)


def _energies(members: Members, key: str) -> tuple[float, ...]:
    values = _numbers(members, key, 0.0, _GATE_FULL)
    if len(values) > _MAX_GATES:
        members.refuse(key)
        return ()
    return tuple(value / _GATE_FULL for value in values)


def _vitals(members: Members) -> Vitals | None:
    respiration, heart = members.number("rr"), members.number("hr")
    if respiration is None and heart is None:
        return None
    return Vitals(_within(respiration, RESPIRATION_RANGE), _within(heart, HEART_RANGE))


def _within(value: float | None, limits: tuple[float, float]) -> float | None:
    return value if value is not None and limits[0] <= value <= limits[1] else None


def _body_movement(members: Members) -> BodyMovement | None:
    level = members.number("body_move", 0.0, 1.0)
    return None if level is None else BodyMovement(level)


def _bed(members: Members) -> Bed | None:
    occupied = members.flag("bed")
    return None if occupied is None else Bed(occupied)


def _motion(members: Members) -> Motion | None:
    body = members.members("motion")
    if body is None:
        return None
    inner = Members(body)
    motion = read_motion(inner)
    if inner.wrong is not None:
        members.refuse("motion")
    return motion


def _sounding(members: Members) -> Sounding | None:
    body = members.members("ultrasound")
    if body is None:
        return None
    word, inner = Members(body), Members(body)
    trouble = word.text("trouble", _LONGEST_WORD)
    if word.wrong is not None or (trouble is not None and trouble not in SoundTrouble):
        # A trouble that cannot be read is not the absence of one: what was said before stands.
        members.refuse("ultrasound")
        return None
    sounding = Sounding(
        carrier=inner.number("carrier_hz", 0.0, _HIGHEST_CARRIER_HZ),
        level=inner.number("level_db", -_WIDEST_DB, 0.0),
        ratio=inner.number("cnr_db", -_WIDEST_DB, _WIDEST_DB),
        calibrated=inner.number("calibrated", 0.0),
        trouble=None if trouble is None else SoundTrouble(trouble),
        pets=inner.flag("pets"),
    )
    if inner.wrong is not None:
        members.refuse("ultrasound")
    return sounding


def _ambient(members: Members) -> Ambient | None:
    ambient = Ambient(
        members.number("temp"),
        members.number("rh"),
        members.number("lux"),
        members.number("co2"),
        members.number("db"),
    )
    return None if ambient == _NOTHING_AMBIENT else ambient


_NOTHING_AMBIENT = Ambient()


def _breath(members: Members, measured_t: float) -> Breath | None:
    values = _numbers(members, "breath")
    rate = members.number("fs", 0.0, _MAX_RATE_HZ)
    if not values:
        return None
    if not rate:
        members.refuse("fs")
        return None
    newest = len(values) - 1
    times = tuple(measured_t - (newest - index) / rate for index in range(len(values)))
    return Breath(times, values, BreathUnit.RELATIVE)


def _numbers(members: Members, key: str, low: float = -1e9, high: float = 1e9) -> tuple[float, ...]:
    numbers: list[float] = []
    for value in members.rows(key) or ():
        number = as_number(value, low, high)
        if number is None:
            members.refuse(key)
            return ()
        numbers.append(number)
    return tuple(numbers)


_READERS: tuple[tuple[frozenset[str], Callable[[Members], Reading | None]], ...] = (
    (frozenset({"presence", "moving", "still", "dist_m"}), _detection),
    (frozenset({"targets"}), _targets),
    (frozenset({"gates_m", "gates_s"}), _gates),
    (frozenset({"rr", "hr"}), _vitals),
    (frozenset({"body_move"}), _body_movement),
    (frozenset({"bed"}), _bed),
    # Before the verdict, which is worth nothing while there is trouble.
    (frozenset({"ultrasound"}), _sounding),
    (frozenset({"motion"}), _motion),
    (frozenset({"temp", "rh", "lux", "co2", "db"}), _ambient),
)
"""Which fields make a reading, in the order in which a sample's readings are given."""
