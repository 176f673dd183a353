"""Why a routine ran or did not, as data: kinds and reasons are keys to translate."""

from collections.abc import Mapping

from ...core.snapshot import Json
from .course import Course
from .judging import judge
from .knowledge import Knowledge
from .states import state_of
from .triggers import LASTING, TRIGGERS, Trigger
from .watch import Watch


def explain(
    course: Course, watches: Mapping[int, Watch], known: Knowledge, t: float
) -> dict[str, Json]:
    """What there is to say of a routine at host time t.

    `triggers` say of each state whether it is so (null where that cannot be told), since when,
    and how many seconds are left until it counts; `waits_for_sensors` that this time stands.
    `conditions` say what would be found now, `ran` and `skipped` what was when it ran and when it
    did not the last time; times are unix seconds.
    """
    routine = course.routine
    until = course.cools_until()
    return {
        "routine": routine.id,
        "t": t,
        "triggers": [
            _trigger(trigger, watches.get(index), known, t)
            for index, trigger in enumerate(routine.triggers)
        ],
        "conditions": [judge(condition, known, t)[1] for condition in routine.conditions],
        "running": None if course.active is None else course.active.id,
        "step": None if course.active is None else course.active.step,
        "queued": course.queued,
        "cooldown_until": until if until is not None and until > t else None,
        "ran": course.ran,
        "skipped": course.skipped,
    }


def _trigger(trigger: Trigger, watch: Watch | None, known: Knowledge, t: float) -> Json:
    row: dict[str, Json] = {"trigger": TRIGGERS.write(trigger)}
    if not isinstance(trigger, LASTING) or watch is None:
        return row
    left = watch.left if watch.due is None else max(0.0, watch.due - t)
    return row | {
        "state": state_of(trigger, known, was=watch.was),
        "since": watch.since,
        "left_s": left,
        "waits_for_sensors": watch.left is not None and watch.due is None,
    }
