"""The whole evaluation of motion: which pieces there are, and the tables they give."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from ...sense.ultrasound.classifier import NETWORK
from ..report import Table
from . import cancelled, crossing, recorded, speed, tables, targets
from .cancelled import CancellerTask
from .canceller import BETAS
from .empty import judge_hour
from .empty_heard import MUSIC_BETA, Condition, HourTask
from .grid import judge_grid
from .grid_scenes import BANDS, BATCH, MAIN_BAND, MUSICAL, GridTask, Running
from .recorded import Judgements
from .recordings import methods
from .rooms import ROOMS
from .songs import Song, songs
from .summaries import Grids, Hours
from .trials import Motion
from .ultragsattack import Recordings, read_labels
from .work import Piece, Result, Results, computed, fingerprint

type Told = Callable[[str, int, int], None]
"""Hears of which part how many of how many pieces are done."""


class Part(StrEnum):
    """What can be asked for by itself."""

    GRID = "grid"
    BESIDE = "beside"
    EMPTY = "empty"
    RECORDINGS = "recordings"
    CANCELLER = "canceller"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Asked:
    """How much to evaluate.

    `data` holds the recordings (music, UltraGSAttack). `work` keeps results between runs, in a
    folder of their own for every state of the code and the weights, and what was heard of scenes
    in another, by which other weights are judged too; with `kept` nothing is added to them.
    `hours` are of empty rooms, for each condition; `trials` are of each cell in quiet rooms and
    `beside` beside what runs, both rounded up to whole batches. With `crossed` the recordings are
    also judged by networks that never heard the person. `quick` is
    a sample of everything.
    """

    data: Path
    work: Path | None = None
    parts: frozenset[Part] = frozenset(Part)
    hours: int = 72
    trials: int = 20
    beside: int = 20
    jobs: int = 1
    crossed: bool = False
    quick: bool = False
    kept: bool = False


@dataclass(slots=True)
class Evidence:
    """All results; what was not asked for, or has no data, is empty."""

    grids: Grids = ()
    hours: Hours = ()
    judgements: Judgements = field(default_factory=dict)
    canceller: Result | None = None
    speed: Table | None = None


HELD_OUT_SONGS = frozenset(
    {
        "Escape from chaosland",
        "Karissa_Hobbs_-_Lets_Go_Fishin.hq",
        "Kevin_MacLeod_-_P_I_Tchaikovsky_Dance_of_the_Sugar_Plum_Fairy.hq",
        "War of freedom",
    }
)
"""The songs that no network was trained with."""
_MUSIC = Path("ultrasound", "music")

_ULTRASONIC_HZ = 33_000.0
_QUICK_ROOMS = (1, 6)
_QUICK_CELLS = 4
_QUICK_TRIALS = 2
_QUICK_SCENE_S = 60.0
_QUICK_CLIPS = 12


def gather(asked: Asked, told: Told) -> Evidence:
    """Compute what is asked for, as far as it is not kept already."""
    results = Results(_folder(asked, "judged", "grid", "empty", weights=NETWORK.sha256))
    heard = _folder(asked, "heard", "grid_heard", "empty_heard")
    found = Evidence()
    music = _songs(asked.data)
    grids = {each: partial(judge_grid, each, heard) for each in _grids(asked, music)}
    found.grids = _results(grids, results, asked, partial(told, "grids"))
    if Part.EMPTY in asked.parts:
        hours = {each: partial(judge_hour, each, heard) for each in _hours(asked, music)}
        found.hours = _results(hours, results, asked, partial(told, "empty hours"))
    if Part.RECORDINGS in asked.parts:
        found.judgements = _recordings(asked, partial(told, "rounds of recordings"))
    if Part.CANCELLER in asked.parts and music:
        found.canceller = _canceller(asked, partial(told, "canceller"))
    if Part.SPEED in asked.parts and not asked.kept:
        found.speed = speed.table()
    return found


def report(found: Evidence) -> Iterator[Table]:
    """The tables of what was found; none without a row."""
    yield from (table for table in _tables(found) if table.rows)


def _tables(found: Evidence) -> Iterator[Table]:
    grids, hours, judgements = found.grids, found.hours, found.judgements
    never = recorded.unseen(judgements)
    aims = [*targets.aims(grids, hours), *targets.real_aims(never)]
    if found.speed is not None:
        aims.append(targets.speed_aim(found.speed))
    yield targets.table_of(aims)
    for motion in Motion:
        yield tables.grid_table(grids, motion)
        yield tables.grid_table(grids, motion, _ULTRASONIC_HZ)
    yield tables.direction_table(grids)
    yield tables.beside_table(grids)
    yield tables.methods_table(grids)
    yield tables.latency_table(grids)
    yield tables.empty_table(hours)
    yield tables.equal_table(grids, hours)
    yield recorded.methods_table(judgements)
    yield recorded.people_table(judgements)
    yield recorded.ahead_table(never)
    if found.canceller is not None:
        yield from cancelled.tables_of(found.canceller)
    if found.speed is not None:
        yield found.speed


def _folder(asked: Asked, what: str, *modules: str, weights: str = "") -> Path | None:
    """Where results are kept that depend on some modules, and perhaps on weights."""
    return (
        None if asked.work is None else asked.work / what / fingerprint(*modules, weights=weights)
    )


def _songs(data: Path) -> tuple[Song, ...]:
    """None where there are none, or nothing that reads them."""
    if find_spec("soundfile") is None:
        return ()
    try:
        return tuple(each for each in songs(data / _MUSIC) if each.name in HELD_OUT_SONGS)
    except FileNotFoundError:
        return ()


def _grids(asked: Asked, music: tuple[Song, ...]) -> Iterator[GridTask]:
    """Batch after batch, so that a run that is stopped has something of everything."""
    if asked.quick:
        quiet = [
            GridTask(room, motion, trials=_QUICK_TRIALS, every=_QUICK_CELLS)
            for room, motion in product(_QUICK_ROOMS, Motion)
        ]
        yield from quiet if Part.GRID in asked.parts else ()
        for task in quiet if Part.BESIDE in asked.parts else ():
            yield from _beside(task, music)
        return
    for batch in range(-(-max(asked.trials, asked.beside) // BATCH)):
        tasks = [GridTask(room, each, batch=batch) for room in range(ROOMS) for each in Motion]
        in_quiet = tasks if Part.GRID in asked.parts and batch * BATCH < asked.trials else []
        beside = tasks if Part.BESIDE in asked.parts and batch * BATCH < asked.beside else []
        for task in in_quiet:
            # One after the other, because all floors share a rendering.
            yield from (replace(task, noise=noise) for noise in BANDS)
        for task in beside:
            yield from _beside(task, music)
        yield from (replace(task, carrier=_ULTRASONIC_HZ) for task in in_quiet)


def _beside(task: GridTask, music: tuple[Song, ...]) -> Iterator[GridTask]:
    for running in Running:
        if running is not Running.QUIET and (music or running not in MUSICAL):
            yield replace(task, running=running, songs=music)


def _hours(asked: Asked, music: tuple[Song, ...]) -> Iterator[HourTask]:
    """Hour after hour of all conditions, for the same reason."""
    for hour, condition in product(range(1 if asked.quick else asked.hours), Condition):
        if music or condition not in MUSIC_BETA:
            task = HourTask(condition, hour, music)
            yield replace(task, scenes=1, seconds=_QUICK_SCENE_S) if asked.quick else task


def _recordings(asked: Asked, told: Callable[[int, int], None]) -> Judgements:
    try:
        recordings = Recordings(asked.data)
    except FileNotFoundError:
        return {}
    labels, makes = read_labels(), methods()
    if asked.crossed:
        makes[crossing.NAME] = crossing.makes(labels, asked.data, asked.work)
    every = _QUICK_CLIPS if asked.quick else 1
    return recorded.all_judged(recordings, labels, makes, told, every)


def _canceller(asked: Asked, told: Callable[[int, int], None]) -> Result | None:
    music = asked.data / _MUSIC
    task = CancellerTask(music)
    if asked.quick:
        task = CancellerTask(music, rooms=2, betas=BETAS[-1:], floors=(MAIN_BAND,))
    results = Results(_folder(asked, "canceller", "canceller"))
    found = _results({task: task}, results, asked, told)
    return found[0][1] if found else None


def _results[Task: (GridTask, HourTask, CancellerTask)](
    pieces: Mapping[Task, Piece],
    results: Results,
    asked: Asked,
    told: Callable[[int, int], None],
) -> list[tuple[Task, Result]]:
    by_key = {task.key: task for task in pieces}
    if asked.kept:
        by_key = {key: task for key, task in by_key.items() if results.get(key) is not None}
    wanted = {key: pieces[task] for key, task in by_key.items()}
    return [(by_key[key], result) for key, result in computed(wanted, results, asked.jobs, told)]
