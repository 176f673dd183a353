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
from .book import Book
from .hosts import HOSTS, SERVICE, Lend, lending
from .listening import write_quiet
from .plan import HOURS, SECONDS, Plan, draw
from .real import live
from .simulated import dream
from .verdict import HEAD, Record, Verdict, judge, table

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
        "--host", choices=HOSTS, default=SERVICE, help=f"of real nights ({SERVICE})"
    )
    parser.add_argument("--keep", type=Path, help="a folder for the nights' files")
    parser.add_argument("--book", type=Path, help="a file of real nights' outcomes, to go on with")
    asked = parser.parse_args(arguments)
    numbers = range(asked.first, asked.first + max(asked.nights, asked.simulated))
    simulated = [_simulated(asked.seed, number) for number in numbers[: asked.simulated]]
    book = Book(asked.book, asked.seed, asked.host)
    to_come = [number for number in numbers[: asked.nights] if number not in book.verdicts]
    with _folder(asked.keep) as folder:
        failed = asyncio.run(_real(asked.seed, to_come, folder, asked.parallel, asked.host, book))
    real = [book.verdicts[number] for number in numbers if number in book.verdicts]
    lines = [HEAD]
    if simulated:
        lines.append(table("simulated", simulated))
    if real:
        lines.append(table(f"real processes, {asked.host}", real))
    if failed:
        lines.append(f"\n{failed} nights with real processes could not be carried out.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if not failed and all(each.good for each in (*simulated, *real)) else 1


def _simulated(seed: int, number: int) -> Verdict:
    plan = draw(seed, number, HOURS)
    record = dream(plan)
    return _said("simulated", plan, record)


async def _real(
    seed: int, numbers: Sequence[int], folder: Path, parallel: int, host: str, book: Book
) -> int:
    """Let nights pass and keep what they came to; how many could not be carried out."""
    if not numbers:
        return 0
    quiet = folder / "quiet.wav"
    write_quiet(quiet, _QUIET_S)
    async with lending(host, parallel, folder, quiet) as lend, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_night(draw(seed, number, SECONDS), folder, quiet, lend, book))
            for number in numbers
        ]
    return sum(not task.result() for task in tasks)


async def _night(plan: Plan, base: Path, quiet: Path, lend: Lend, book: Book) -> bool:
    """Let a night pass; whether it could be carried out."""
    folder = base / str(plan.number)
    async with lend(folder) as host:
        try:
            record = await live(plan, folder, quiet, host)
        except StageError as error:
            sys.stderr.write(f"{error}\n")
            return False
    verdict = _said("real", plan, record)
    book.write(plan.number, verdict)
    if verdict.good:
        shutil.rmtree(folder)
    if len(book.verdicts) % 10 == 0:
        sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {len(book.verdicts)} real nights\n")
    return True


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
