"""The rules that what is stepped and snapshotted by itself keeps: a node, and a home."""

from typing import Protocol

from .snapshot import Json


class Reducer[Input, Effect](Protocol):
    """State that changes only by `step` and `advance`, and reads no clock.

    `step` begins with advancing to the input's own time. `advance(t)` fires every deadline up
    to t in the order (deadline, creation) and stamps what follows with the deadline, so
    `advance(a); advance(b)` equals `advance(b)` and a replay is the same with or without ticks.
    """

    @property
    def next_deadline(self) -> float | None:
        """When `advance` has something to do, unix seconds; None for never."""

    def step(self, given: Input) -> list[Effect]:
        """Take one input and say what follows from it."""

    def advance(self, t: float) -> list[Effect]:
        """Let time pass up to t (unix seconds) and say what follows from that."""

    def snapshot(self) -> Json:
        """The whole state as JSON."""

    def restore(self, state: Json) -> None:
        """Take up a state; parts of another schema are reset. Raises SnapshotError for no state."""
