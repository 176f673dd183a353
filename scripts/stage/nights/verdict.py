"""What was heard on a night, and whether that is what must be heard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

GRACE_S = 1800.0
"""A node that comes back within this after the deadline rings at once."""

MISSED_S = 30.0
"""A sound that comes so late does not count any more."""

LATE_S = 2.0
"""At once, for a machine that does other things: a disk may take this."""

_AFTER_S = 0.5
"""Sound that was on its way when a dismissal was confirmed."""

_GAP_S = 1.0
"""Alarms have pauses; what is silent for longer is."""


class Ringer(StrEnum):
    """What can be heard."""

    NODE = "node"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something is so, s."""

    begin: float
    end: float


@dataclass(slots=True)
class Record:
    """A night as it was; all times in true seconds.

    `able` is when the node ran and could know the time. The sleeper's dismissal was `dismissed`
    when the host had taken it, and `confirmed` when the node had.
    """

    deadline: float
    able: list[Span] = field(default_factory=list)
    heard: dict[Ringer, list[Span]] = field(default_factory=dict)
    dismissed: float | None = None
    confirmed: float | None = None
    rings: int = 0

    def first(self, ringer: Ringer) -> float | None:
        """When it was heard first."""
        return min((each.begin for each in self.heard.get(ringer, ())), default=None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a night comes to. `late` is s after the node had to ring, None where it had not to."""

    missed: bool
    doubled: bool
    both: bool
    late: float | None
    unheard: bool

    @property
    def good(self) -> bool:
        """Whether nothing was missed and nothing doubled."""
        return not (self.missed or self.doubled or self.unheard)


def merged(moments: Iterable[Span]) -> list[Span]:
    """Spans with short pauses taken out."""
    spans: list[Span] = []
    for each in sorted(moments, key=lambda span: span.begin):
        if spans and each.begin - spans[-1].end <= _GAP_S:
            spans[-1] = Span(spans[-1].begin, max(spans[-1].end, each.end))
        else:
            spans.append(each)
    return spans


def judge(record: Record) -> Verdict:
    """Whether the node rang when it had to and no more, and who else did."""
    due = _due(record)
    node = record.first(Ringer.NODE)
    confirmed = record.confirmed
    silent = due is None or (confirmed is not None and confirmed <= due)
    late = None if silent or due is None or node is None else node - due
    return Verdict(
        missed=not silent and (late is None or late > MISSED_S),
        doubled=record.rings > 1 or _after(record),
        both=all(record.heard.get(each) for each in Ringer),
        late=late,
        unheard=due is not None and not any(record.heard.values()),
    )


def _due(record: Record) -> float | None:
    """When the node has to ring at the latest: at the deadline, or when it comes back."""
    for span in sorted(record.able, key=lambda each: each.begin):
        if span.end > record.deadline:
            due = max(span.begin, record.deadline)
            return due if due <= record.deadline + GRACE_S else None
    return None


def _after(record: Record) -> bool:
    """Whether anything was heard on a device after it knew that the alarm was over."""
    known = {Ringer.NODE: record.confirmed, Ringer.HOST: record.dismissed}
    return any(
        at is not None and each.end > at + _AFTER_S
        for ringer, at in known.items()
        for each in record.heard.get(ringer, ())
    )


def table(kind: str, verdicts: Sequence[Verdict]) -> str:
    """The counts of nights of a kind, as a row of Markdown."""
    late = sorted(each.late for each in verdicts if each.late is not None)
    median = f"{late[len(late) // 2]:.1f}" if late else ""
    most = f"{late[-1]:.1f}" if late else ""
    counts = [
        len(verdicts),
        sum(each.missed for each in verdicts),
        sum(each.unheard for each in verdicts),
        sum(each.doubled for each in verdicts),
        sum(each.both for each in verdicts),
        sum(each.late is not None and each.late > LATE_S for each in verdicts),
    ]
    return f"| {kind} | {' | '.join(map(str, counts))} | {median} | {most} |"


HEAD = (
    "| nights | number | missed on the node | heard nowhere | doubled | on both sides "
    f"| later than {LATE_S:.0f} s | s late, median | most |\n"
    "|---|---|---|---|---|---|---|---|---|"
)
