"""`scripts/reliability`: nights on which things break, and a table of what was heard."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
import contextlib
from pathlib import Path
import shutil
import sys
import tempfile
import time

from ..process import StageError
from .listening import write_quiet
from .plan import HOURS, SECONDS, Plan, draw
from .real import ENGINE, STAND_IN, live
from .simulated import dream
from .verdict import HEAD, Record, Verdict, judge, table

_HOSTS = {"service": ENGINE, "stand-in": STAND_IN}
_QUIET_S = 240.0
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""Other programs' writing would hold up the nights' own, which is not what is looked at here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 where an alarm was missed or doubled."""
    parser = argparse.ArgumentParser(prog="scripts/reliability", description=__doc__)
    parser.add_argument("--nights", type=int, default=20, help="with real processes (20)")
    parser.add_argument("--simulated", type=int, default=1000, help="in event time (1000)")
    parser.add_argument("--seed", type=int, default=1, help="of what breaks when (1)")
    parser.add_argument("--first", type=int, default=0, help="number of the first night (0)")
    parser.add_argument("--parallel", type=int, default=2, help="real nights at once (2)")
    parser.add_argument(
        "--host", choices=list(_HOSTS), default="service", help="of real nights (service)"
    )
    parser.add_argument("--keep", type=Path, help="a folder for the nights' files")
    asked = parser.parse_args(arguments)
    numbers = range(asked.first, asked.first + max(asked.nights, asked.simulated))
    simulated = [_simulated(asked.seed, number) for number in numbers[: asked.simulated]]
    with _folder(asked.keep) as folder:
        real, failed = asyncio.run(
            _real(asked.seed, numbers[: asked.nights], folder, asked.parallel, _HOSTS[asked.host])
        )
    lines = [HEAD]
    if simulated:
        lines.append(table("simulated", simulated))
    if real:
        lines.append(table(f"real processes, {asked.host}", real))
    if failed:
        lines.append(f"\n{failed} nights with real processes could not be carried out.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(each.good for each in (*simulated, *real)) else 1


def _simulated(seed: int, number: int) -> Verdict:
    plan = draw(seed, number, HOURS)
    record = dream(plan)
    return _said("simulated", plan, record)


async def _real(
    seed: int, numbers: Sequence[int], folder: Path, parallel: int, host: str
) -> tuple[list[Verdict], int]:
    """Verdicts, and how many nights could not be carried out."""
    quiet = folder / "quiet.wav"
    if numbers:
        write_quiet(quiet, _QUIET_S)
    places, verdicts, failed = asyncio.Semaphore(parallel), list[Verdict](), 0

    async def night(number: int) -> None:
        nonlocal failed
        plan = draw(seed, number, SECONDS)
        async with places:
            try:
                record = await live(plan, folder / str(number), quiet, host)
            except StageError as error:
                failed += 1
                sys.stderr.write(f"{error}\n")
                return
        verdicts.append(_said("real", plan, record))
        if verdicts[-1].good:
            shutil.rmtree(folder / str(number))
        if len(verdicts) % 10 == 0:
            sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {len(verdicts)} real nights\n")

    async with asyncio.TaskGroup() as group:
        for number in numbers:
            group.create_task(night(number))
    return verdicts, failed


def _said(kind: str, plan: Plan, record: Record) -> Verdict:
    """The verdict; a night that was not as it must be is shown."""
    verdict = judge(record)
    if not verdict.good:
        sys.stderr.write(f"{kind} night {plan.number}: {verdict}\n  {plan}\n  {record}\n")
    return verdict


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    base = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as name:
        yield Path(name)


if __name__ == "__main__":
    raise SystemExit(main())
