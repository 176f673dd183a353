"""A night put together when it is over, with all that is known by then.

What was told through the night stays as it was told. Looked at again are the stages, whose the
epochs were, when they tried to sleep, fell asleep and woke.
"""

from collections.abc import Sequence
from dataclasses import replace

from ...core.sleep import EPOCH_S, Stage
from .epoch import SleepEpoch
from .geometry import Place
from .identity import attributed
from .likeness import Owner
from .night import Night, NightEpoch
from .record import Row
from .revision import revise
from .session import OF_WHICH, PERSISTS, Session
from .trying import Trying


def night_of(
    names: tuple[str, str, str],
    session: Session,
    rows: Sequence[Row],
    trying: Trying,
    place: Place,
    owner: Owner,
) -> Night:
    """The night of a session that is over; `names` are site, room and sleeper.

    `rows` are its epochs, the first of which `trying` counts from.
    """
    whole = [row for row in rows if row.sensed.start < session.end]
    rows, gone = _own(whole, place, owner)
    start, end = session.start or 0.0, session.end
    if rows:
        start = max(start, rows[0].sensed.start) if gone else start
        end = min(end, rows[-1].sensed.end)
    revised = [
        Stage.AWAKE if row.in_bed is False else stage
        for row, stage in zip(rows, revise([row.staged.probabilities for row in rows]), strict=True)
    ]
    first = rows[0].sensed.start if rows else start
    asleep, woke = _slept(session, revised, first)
    tried = trying.began(None if asleep is None else asleep + gone)
    tried = None if tried is None else max(0, tried - gone)
    if woke is not None and session.woke == session.up_since:
        # Nothing showed that they were awake before they got up.
        woke = max(asleep or 0, trying.ended(woke + gone, [*[None] * gone, *revised]) - gone)
    for index in range(len(rows) if asleep is None else asleep):
        # What seemed to be sleep was lying still: falling asleep takes more than a stage.
        revised[index] = None if revised[index] is None else Stage.AWAKE

    def time_of(index: int | None) -> float | None:
        # Epochs begin on the half minute and nights do not.
        return None if index is None else min(end, max(start, first + index * EPOCH_S))

    return Night(
        *names,
        start,
        end,
        time_of(tried),
        time_of(asleep),
        time_of(woke),
        tuple(
            NightEpoch(
                row.sensed, row.in_bed, row.staged.stage, row.staged.confidence, stage, row.air
            )
            for row, stage in zip(rows, revised, strict=True)
        ),
    )


def _slept(
    session: Session, stages: Sequence[Stage | None], first: float
) -> tuple[int | None, int | None]:
    """The epochs, counted from the time `first`, in which they fell asleep and woke for good."""
    if session.first_asleep is None or session.woke is None:
        return None, None
    asleep, woke = (round((t - first) / EPOCH_S) for t in (session.first_asleep, session.woke))
    found = lasting_sleep(stages)
    # What was told of the time before and after this night was told of somebody else.
    begin = asleep if 0 <= asleep < len(stages) else found[0]
    end = woke if 0 < woke <= len(stages) else found[1]
    return (None, None) if begin is None or end is None else (begin, max(begin, end))


def lasting_sleep(stages: Sequence[Stage | None]) -> tuple[int | None, int | None]:
    """The epochs in which sleep that lasts first begins and last ends; None where there is none.

    It lasts as falling asleep does in a session: most of ten epochs.
    """
    asleep = [stage is not None and stage.is_sleep for stage in stages]
    first, last = _first_lasting(asleep), _first_lasting(asleep[::-1])
    return first, None if last is None else len(asleep) - last


def _first_lasting(asleep: Sequence[bool]) -> int | None:
    for index, each in enumerate(asleep):
        if each and sum(asleep[index : index + PERSISTS]) >= OF_WHICH:
            return index
    return None


def _own(rows: list[Row], place: Place, owner: Owner) -> tuple[list[Row], int]:
    """The rows without what was somebody else's, and how many were cut off at the beginning.

    What another did before they came and after they left is no part of their night.
    """
    theirs = attributed([row.sensed for row in rows], place, owner)
    own = [index for index, each in enumerate(theirs) if each]
    if not own or False not in theirs:
        return rows, 0
    # What nobody can be told of belongs to whoever is known beside it.
    first = next(n for n in range(own[0], -1, -1) if n == 0 or theirs[n - 1] is False)
    last = next(
        n for n in range(own[-1], len(rows)) if n + 1 == len(rows) or theirs[n + 1] is False
    )
    kept = [
        replace(row, sensed=SleepEpoch(row.sensed.start), in_bed=False) if each is False else row
        for row, each in zip(rows, theirs, strict=True)
    ]
    return kept[first : last + 1], first
