"""What a person says of their own night, and how it differs from what was seen of it.

The questions are those of the consensus sleep diary (Carney et al. 2012, Sleep 35:287).
"""

from dataclasses import dataclass, fields

from ...core.snapshot import Json, members_in, optional_number_in
from .report import Report


@dataclass(frozen=True, slots=True)
class Diary:
    """When they tried to sleep, fell asleep and woke for good; unix seconds, None: not said."""

    tried: float | None = None
    asleep: float | None = None
    woke: float | None = None

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return any(getattr(self, field.name) is not None for field in fields(self))

    def to_json(self) -> Json:
        """The diary as it is kept; None where nothing was said."""
        return {field.name: getattr(self, field.name) for field in fields(self)} if self else None


def read_diary(document: Json) -> Diary:
    """The diary that `to_json` wrote; raises SnapshotError for anything else."""
    if document is None:
        return Diary()
    members_in({"diary": document}, "diary")
    return Diary(*(optional_number_in(document, field.name) for field in fields(Diary)))


def differences(report: Report, diary: Diary) -> dict[str, float | None]:
    """Minutes from what the person says to what was seen: above 0, it was seen later.

    None where one of the two is not known.
    """
    found: dict[str, float | None] = {}
    for field in fields(Diary):
        said, seen = getattr(diary, field.name), getattr(report, field.name)
        found[field.name] = None if said is None or seen is None else round((seen - said) / 60, 1)
    return found
