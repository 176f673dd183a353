"""Routines of a house that somebody else may have written, or another version."""

from collections.abc import Iterable

from ...core.snapshot import Json
from .routine import Routine, RoutineError, routine_from_json


def readable(documents: Iterable[Json]) -> tuple[list[Routine], list[RoutineError]]:
    """The routines that can be read, and what is wrong with the others.

    Of two with the same id the first counts: a home goes on without what it cannot read.
    """
    routines: dict[str, Routine] = {}
    wrong: list[RoutineError] = []
    for document in documents:
        try:
            routine = routine_from_json(document)
        except RoutineError as error:
            wrong.append(error)
            continue
        if routine.id in routines:
            wrong.append(RoutineError(f"two routines are called {routine.id}; rename one"))
            continue
        routines[routine.id] = routine
    return list(routines.values()), wrong
