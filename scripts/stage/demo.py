"""The demo: a simulated home to look at, to check, or to take pictures of."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
import shutil
import signal
import sys
import time

from halcyon.simulate.scenario import load_scenario

from .alarm import give_alarm, wake
from .check import judge, judge_hearing, judge_night, listen, watch
from .follow import Span, table
from .hass import LOGIN, ROOT
from .home import (
    BOARD,
    Home,
    calibrate,
    call_quiet,
    measured,
    playing,
    rooms_of,
    running,
    set_up,
    show_dashboard,
)
from .lamp import furnish
from .night import (
    SLEEPER,
    Prepared,
    Teller,
    move_in,
    photograph_report,
    prepare,
    short_night,
    sleeper_of,
    telling,
    whole_night,
)
from .pictures import take_pictures
from .process import StageError

_FOLDER = ROOT / ".demo"
_SCENARIO = "evening"
_VISIT = Path(__file__).with_name("visit.json")
_QUIET_MINUTES = 1
"""So that the short watching sees motion stop."""

_FAREWELL_S = 5.0
"""The nodes disconnect when the scenario ends; the watching must end before."""

_STARTED = time.monotonic()


def say(text: str) -> None:
    """A line of progress with the seconds since the start."""
    sys.stderr.write(f"[{time.monotonic() - _STARTED:4.0f}s] {text}\n")
    sys.stderr.flush()


async def show(port: int | None, *, fresh: bool) -> bool:
    """The demo itself: runs until Ctrl-C."""
    folder = _FOLDER / "home"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    scenario = load_scenario(_SCENARIO)
    preparing = asyncio.create_task(prepare(whole_night(), time.time()))
    async with running(folder, scenario, say, port) as home, playing(home) as played:
        is_new = await set_up(home)
        async with home.hass.client() as client:
            await measured(client, scenario)
            if is_new:
                await calibrate(client, played.speaker.node)
            await furnish(client, scenario.house.site)
            await show_dashboard(client, await rooms_of(client, scenario))
        sys.stdout.write(
            f"\n  Open    {home.hass.url}/{BOARD}\n"
            f"  Log in  {LOGIN[0]}, password {LOGIN[1]}\n"
            f"  Broker  {home.broker.host}:{home.broker.port}\n\n"
            f"  {scenario.description}\n\n"
            "  Ctrl-C ends it. The next start takes seconds; --fresh starts over.\n\n"
        )
        sys.stdout.flush()
        guest = asyncio.create_task(_sleep(home, preparing))
        interrupted = asyncio.create_task(_interrupted())
        await asyncio.wait({guest, interrupted}, return_when=asyncio.FIRST_COMPLETED)
        if guest.done():
            await guest
        guest.cancel()
        say("stopping")
    return True


async def _sleep(home: Home, preparing: asyncio.Task[Prepared]) -> None:
    """Let somebody sleep in the guest room, once the engine has stepped through their night."""
    say("stepping the engine through a night, which takes a minute")
    teller = Teller(await preparing, home.broker)
    async with home.hass.client() as client:
        await move_in(home, client, teller)
        rooms = await rooms_of(client, home.scenario)
        await show_dashboard(client, rooms, [await sleeper_of(client, teller)])
        say(f"{SLEEPER} goes to bed; reload the page to see her. Her report comes in ten minutes")
        await teller.tell(client)


async def check() -> bool:
    """Whether entities follow simulated people, in a home of its own."""
    folder = _FOLDER / "check"
    shutil.rmtree(folder, ignore_errors=True)
    scenario = load_scenario(str(_VISIT))
    preparing = asyncio.create_task(prepare(short_night(), time.time()))
    async with running(folder, scenario, say) as home:
        async with playing(home, empty=True) as played:
            await set_up(home)
            async with home.hass.client() as client:
                await measured(client, scenario)
                await call_quiet(client, _QUIET_MINUTES)
                alarm = await give_alarm(client, scenario.house.site, played.speaker.node)
                await furnish(client, scenario.house.site)
                prepared = await preparing
                teller = Teller(prepared, home.broker)
                await move_in(home, client, teller)
        async with (
            home.hass.client() as client,
            playing(home) as played,
            telling(teller, client),
        ):
            seconds = scenario.duration - _FAREWELL_S
            say(f"watching for {seconds:.0f} s: {scenario.description}")
            rooms = await rooms_of(client, scenario)
            until = played.start + seconds
            sleeper = await sleeper_of(client, teller)
            (visited,) = [room for room in rooms if room.ultrasonic]
            changes, heard, woken = await asyncio.gather(
                watch(client, [*rooms, sleeper], until, say),
                listen(client, visited, played.speaker.node, until),
                wake(client, alarm),
            )
            slept = await judge_night(client, sleeper, changes, prepared.outputs)
        problems = home.hass.problems()
    watched = Span(played.start, played.start + seconds)
    findings = judge(changes, rooms, played.scenario, watched)
    findings += judge_hearing(visited, played.speaker, heard, watched)
    findings += slept
    findings += woken
    wrong = sum(not finding.good for finding in findings)
    sys.stdout.write(f"\n{table(findings)}\n\n")
    sys.stdout.writelines(f"Home Assistant logged: {problem}\n" for problem in problems)
    sys.stdout.write(
        f"{len(findings) - wrong} of {len(findings)} as expected, {len(problems)} problems logged\n"
    )
    return not wrong and not problems


async def photograph(target: Path) -> bool:
    """Take the pictures of the documentation, in a home of its own."""
    folder = _FOLDER / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    async with running(folder, load_scenario(_SCENARIO), say) as home:
        await take_pictures(home, target)
        prepared = await prepare(whole_night(), time.time())
        async with home.hass.client() as client:
            await photograph_report(home, client, prepared, target / "sleep" / "report.png")
    return True


async def _interrupted() -> None:
    """Wait for Ctrl-C or a request to end."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; the exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="A real Home Assistant with two rooms whose sensors and people are simulated.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--check",
        action="store_true",
        help="watch for five minutes whether the entities follow the people, without a browser",
    )
    what.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="take the pictures of the documentation"
    )
    parser.add_argument("--fresh", action="store_true", help="forget the home of the last start")
    parser.add_argument("--port", type=int, help="of Home Assistant (default: 8123 if it is free)")
    asked = parser.parse_args(arguments)
    if asked.check:
        task = check()
    elif asked.screenshots:
        task = photograph(asked.screenshots)
    else:
        task = show(asked.port, fresh=asked.fresh)
    try:
        return 0 if asyncio.run(task) else 1
    except StageError as error:
        sys.stderr.write(f"halcyon: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
