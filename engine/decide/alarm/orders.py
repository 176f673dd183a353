"""What a node is asked of one occurrence of an alarm, and how far that has got."""

from dataclasses import dataclass
from enum import StrEnum

from ...core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    number_in,
    optional_number_in,
    text_in,
)

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 300.0
"""How long an answer is awaited before a command is repeated: twice as long each time."""


_OVER = "is over"
"""What a node's refusal holds that has rung the occurrence already, or heard it dismissed."""


class Op(StrEnum):
    """What a node is asked to do with an occurrence."""

    SET = "set"
    CANCEL = "cancel"
    RING = "ring"
    SNOOZE = "snooze"
    DISMISS = "dismiss"

    @property
    def ends(self) -> bool:
        """Whether nothing follows once the node has done it."""
        return self in {Op.CANCEL, Op.DISMISS}


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of an occurrence; `at` is unix seconds by the wall."""

    op: Op
    at: float | None = None
    sound: str | None = None
    volume: float | None = None


@dataclass(slots=True)
class Told:
    """An order on its way: since when it is wanted, and how it was answered.

    `id` is that of its last command, `repeat_at` when it is said again, None once it was answered.
    `answered_at` is when the node last agreed, None where it has not or where it `refused`; then
    `over` says that the occurrence is over there. The node `held` the occurrence when it last spoke
    of it.
    """

    order: Order
    since: float
    repeat_at: float | None
    wait: float = FIRST_WAIT_S
    tries: int = 0
    id: str = ""
    answered_at: float | None = None
    refused: bool = False
    over: bool = False
    held: bool = False

    def again(self, t: float) -> None:
        """Say it at once, as if it were new."""
        self.repeat_at, self.wait, self.tries = t, FIRST_WAIT_S, 0

    def said(self, command: str, t: float) -> None:
        """It was said with a command, and waits for the answer."""
        self.id, self.tries = command, self.tries + 1
        self.repeat_at, self.wait = t + self.wait, min(2 * self.wait, LONGEST_WAIT_S)

    def answered(self, t: float, *, ok: bool, error: str | None) -> None:
        """The node agrees or refuses; what is refused is asked again, ever more seldom."""
        self.refused, self.over = not ok, not ok and _OVER in (error or "")
        self.answered_at = t if ok else None
        if ok:
            self.repeat_at, self.tries = None, 0
            self.held = not self.order.op.ends

    def shift(self, by: float) -> None:
        """Host time is another by as many seconds."""
        self.since += by
        self.repeat_at = None if self.repeat_at is None else self.repeat_at + by
        self.answered_at = None if self.answered_at is None else self.answered_at + by

    def to_json(self) -> Json:
        """The order for a snapshot."""
        order = self.order
        return {
            "order": [order.op, order.at, order.sound, order.volume],
            "since": self.since,
            "repeat_at": self.repeat_at,
            "wait": self.wait,
            "tries": self.tries,
            "id": self.id,
            "answered_at": self.answered_at,
            "refused": self.refused,
            "over": self.over,
            "held": self.held,
        }


def told_from(state: Json) -> Told:
    """The order of a snapshot; raises SnapshotError."""
    row = item(state, "order")
    op = text_in(row, 0)
    if op not in Op:
        raise SnapshotError(f"nodes are not asked to {op!r} alarms")
    sound = None if item(row, 2) is None else text_in(row, 2)
    return Told(
        Order(Op(op), optional_number_in(row, 1), sound, optional_number_in(row, 3)),
        since=number_in(state, "since"),
        repeat_at=optional_number_in(state, "repeat_at"),
        wait=number_in(state, "wait"),
        tries=int(number_in(state, "tries")),
        id=text_in(state, "id"),
        answered_at=optional_number_in(state, "answered_at"),
        refused=flag_in(state, "refused"),
        over=flag_in(state, "over"),
        held=flag_in(state, "held"),
    )
