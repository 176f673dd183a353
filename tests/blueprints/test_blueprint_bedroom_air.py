"""Too warm, dry, bright or stuffy while somebody sleeps."""

import pytest
from tests.blueprints.conftest import MINUTE, House

ANNA, BEN = "bed", "bed-2"
SENSORS = {
    "warm": ("sensor.bedroom_warmth", "27.0", "25.0", "25.8"),
    "dry": ("sensor.bedroom_damp", "25", "40", "31"),
    "bright": ("sensor.bedroom_light", "4", "0.2", "0.9"),
    "stuffy": ("sensor.bedroom_co2", "1400", "700", "1100"),
}
"""Of each kind: a sensor, what is bad, what is good, and what is hardly good."""


def action(name: str) -> list[object]:
    return [{"action": "light.turn_on", "target": {"entity_id": f"light.{name}"}}]


def inputs(*kinds: str) -> dict[str, object]:
    found: dict[str, object] = {"asleep": ["binary_sensor.anna_asleep", "binary_sensor.ben_asleep"]}
    for kind in kinds:
        found[f"{kind}_sensors"] = [SENSORS[kind][0]]
        found[f"{kind}_actions"] = action(kind)
        found[f"{kind}_end_actions"] = action(f"{kind}_end")
    return found


def done(house: House) -> list[str]:
    return [targets[0].removeprefix("light.") for _, targets in house.called("light.turn_on")]


@pytest.fixture(autouse=True)
async def good_air(house: House) -> None:
    """Nobody is in bed, and everything is well."""
    await house.gets_up(ANNA, BEN)
    for sensor, _, good, _ in SENSORS.values():
        await house.puts(sensor, good)


@pytest.mark.parametrize("kind", SENSORS)
async def test_what_disturbs_is_mended_until_it_is_well(house: House, kind: str) -> None:
    sensor, bad, good, hardly = SENSORS[kind]
    await house.automate("bedroom_air", **inputs(kind))
    await house.sleeps(ANNA)
    await house.puts(sensor, bad)
    await house.passes(9 * MINUTE)
    assert done(house) == []
    await house.passes(2 * MINUTE)
    assert done(house) == [kind]
    await house.puts(sensor, hardly)
    await house.passes(5 * MINUTE)
    assert done(house) == [kind], "what is at its limit is not switched to and fro"
    await house.puts(sensor, good)
    assert done(house) == [kind, f"{kind}_end"]
    await house.puts(sensor, bad)
    await house.passes(11 * MINUTE)
    assert done(house) == [kind, f"{kind}_end", kind]


async def test_what_was_so_before_counts(house: House) -> None:
    await house.puts("sensor.bedroom_warmth", "28")
    await house.automate("bedroom_air", **inputs(*SENSORS))
    await house.passes(60 * MINUTE)
    assert done(house) == [], "nobody sleeps"
    await house.sleeps(ANNA)
    await house.passes(11 * MINUTE)
    assert done(house) == ["warm"]


async def test_each_is_looked_after_by_itself(house: House) -> None:
    await house.automate("bedroom_air", **inputs(*SENSORS))
    await house.sleeps(ANNA)
    await house.puts("sensor.bedroom_warmth", "28")
    await house.passes(5 * MINUTE)
    await house.puts("sensor.bedroom_co2", "1500")
    await house.passes(11 * MINUTE)
    assert done(house) == ["warm", "stuffy"]


async def test_a_moment_does_not_count(house: House) -> None:
    await house.automate("bedroom_air", **inputs("bright"))
    await house.sleeps(ANNA)
    await house.puts("sensor.bedroom_light", "80")
    await house.passes(4 * MINUTE)
    await house.puts("sensor.bedroom_light", "0")
    await house.passes(30 * MINUTE)
    assert done(house) == []


async def test_it_ends_with_the_last_who_sleeps(house: House) -> None:
    await house.automate("bedroom_air", **inputs("warm"))
    await house.sleeps(ANNA, BEN)
    await house.puts("sensor.bedroom_warmth", "28")
    await house.passes(11 * MINUTE)
    await house.gets_up(ANNA)
    await house.passes(5 * MINUTE)
    assert done(house) == ["warm"]
    await house.gets_up(BEN)
    assert done(house) == ["warm", "warm_end"]
    await house.passes(60 * MINUTE)
    assert done(house) == ["warm", "warm_end"]


async def test_what_is_not_measured_is_neither_good_nor_bad(house: House) -> None:
    await house.automate("bedroom_air", **inputs("warm"))
    await house.puts("sensor.bedroom_warmth", "unavailable")
    await house.sleeps(ANNA)
    await house.passes(30 * MINUTE)
    assert done(house) == []
    await house.puts("sensor.bedroom_warmth", "28")
    await house.passes(11 * MINUTE)
    assert done(house) == ["warm"]
    await house.puts("sensor.bedroom_warmth", "unknown")
    await house.passes(30 * MINUTE)
    assert done(house) == ["warm"]


async def test_a_bed_that_went_away_wakes_nobody(house: House) -> None:
    await house.automate("bedroom_air", **inputs("warm"))
    await house.sleeps(ANNA)
    await house.puts("sensor.bedroom_warmth", "28")
    await house.passes(11 * MINUTE)
    await house.service("offline")
    await house.passes(30 * MINUTE)
    assert done(house) == ["warm"]


async def test_a_restart_in_the_night_goes_on(house: House) -> None:
    await house.sleeps(ANNA)
    await house.puts("sensor.bedroom_warmth", "28")
    await house.restarts("bedroom_air", **inputs("warm"))
    await house.passes(11 * MINUTE)
    assert done(house) == ["warm"]


async def test_limits_and_conditions_are_the_person_s(house: House) -> None:
    ask = {"condition": "state", "entity_id": "switch.summer", "state": "on"}
    await house.puts("switch.summer", "on")
    await house.automate(
        "bedroom_air", **inputs("warm"), warm_limit=22, minutes=3, conditions=[ask]
    )
    await house.sleeps(ANNA)
    await house.puts("sensor.bedroom_warmth", "23")
    await house.passes(4 * MINUTE)
    assert done(house) == ["warm"]
    await house.gets_up(ANNA)
    await house.puts("switch.summer", "off")
    await house.sleeps(ANNA)
    await house.passes(10 * MINUTE)
    assert done(house) == ["warm", "warm_end"]
