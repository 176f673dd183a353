"""Nights with real processes that are killed when it hurts most; each must ring, and once."""

import asyncio
from pathlib import Path

import pytest

from stage.nights.home_assistant import HomeAssistant
from stage.nights.listening import write_quiet
from stage.nights.plan import Fault, Plan, What
from stage.nights.programs import ENGINE, STAND_IN, ProgramHost
from stage.nights.real import live
from stage.nights.tonight import Host
from stage.nights.verdict import LATE_S, Ringer, judge

LEAD_S = 10.0
EARLY_S = 0.5
"""How exactly the moment of a sound is known."""

SLACK_S = 4.0
"""For machines that run tests: a program starts in this."""


def night(number: int, reaction: float, *faults: Fault) -> Plan:
    """A night on which the host rings at the deadline, and the sleeper reacts after so many s."""
    return Plan(number, LEAD_S, None, reaction, faults)


AT_ONCE_S = 1.5
"""After the first sound the sleeper says that it is over."""

SLEPT_ON_S = 8.0
"""Longer than a node is away: it has to ring too, where its host rings from the deadline on."""

NIGHTS = [
    # The power fails before the deadline, comes back after it, and the clock is set later still.
    night(0, SLEPT_ON_S, Fault(What.CUT_POWER, at=-2.0, lasts=3.0, blind=2.0)),
    # There is neither broker nor host when it is time, and the node is killed while it rings.
    night(
        1,
        AT_ONCE_S,
        Fault(What.KILL_BROKER, at=-3.0, lasts=9.0),
        Fault(What.KILL_HOST, at=-2.5, lasts=6.0),
        Fault(What.KILL_NODE, at=1.0, lasts=0.5),
    ),
    # After a power cut its clock says that it is two hours late, which only the host knows better.
    night(
        2,
        SLEPT_ON_S,
        Fault(What.CUT_POWER, at=-5.0, lasts=0.2),
        Fault(What.TURN_CLOCK, at=-1.0, by=7200.0),
    ),
    # The node is out of reach and its clock an hour behind.
    night(
        3,
        AT_ONCE_S,
        Fault(What.PARTITION, at=-3.0, lasts=8.0),
        Fault(What.TURN_CLOCK, at=-2.0, by=-3600.0),
    ),
]


@pytest.mark.parametrize("program", [ENGINE, STAND_IN])
@pytest.mark.parametrize("plan", NIGHTS, ids=lambda plan: str(plan.number))
async def test_it_rings_and_it_rings_once(plan: Plan, program: str, tmp_path: Path) -> None:
    quiet = await heard_in(tmp_path)
    await live_well(plan, tmp_path / "night", quiet, ProgramHost(program, tmp_path / "night"))


async def test_home_assistant_rings_night_after_night(tmp_path: Path) -> None:
    quiet = await heard_in(tmp_path)
    home = HomeAssistant(tmp_path / "home", quiet)
    try:
        await home.set_up()
        for plan in NIGHTS[1:3]:
            await live_well(plan, tmp_path / f"night-{plan.number}", quiet, home)
    finally:
        await home.close()
    assert not home.problems()


async def heard_in(folder: Path) -> Path:
    quiet = folder / "quiet.wav"
    await asyncio.to_thread(write_quiet, quiet, 180.0)
    return quiet


async def live_well(plan: Plan, folder: Path, quiet: Path, host: Host) -> None:
    record = await live(plan, folder, quiet, host)
    verdict = judge(record)
    assert verdict.good, record
    first = record.first(Ringer.NODE)
    assert first is not None, record
    assert first > record.deadline - EARLY_S, record
    # A host may make it ring, and the sleeper dismiss it, before the node knows the time itself.
    assert verdict.late is None or verdict.late < LATE_S + SLACK_S, record
