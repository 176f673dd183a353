"""One state that a routine waits for: since when it is so, and how long it must still be so."""

from dataclasses import dataclass

from ...core.snapshot import Json, flag_in, item, optional_number_in


@dataclass(slots=True)
class Watch:
    """What is remembered of a state, all times host seconds.

    `was` is what it was when that could be told last, `since` when it became so. While a time is
    to pass, `left` are the seconds that are left, counted from the last time that it stood or
    began, and `due` when they are over; `due` is None while the time stands, because the state
    cannot be told.
    """

    was: bool | None = None
    since: float | None = None
    left: float | None = None
    due: float | None = None

    def see(self, state: bool | None, t: float, for_s: float, *, live: bool) -> bool:  # noqa: FBT001 - the state is the subject
        """Take in the state at time t; whether its time has come at once.

        It counts when it becomes so, and stays so for `for_s` seconds. What is so when it is told
        for the first time has not just become so; it may be so for some time from now on.
        What is not live is only remembered.
        """
        if state is None:
            self.freeze(t)
            return False
        if not state:
            self.was, self.since, self.left, self.due = False, None, None, None
            return False
        if self.was:
            if self.left is not None and self.due is None:
                self.due = t + self.left
            return False
        is_news, self.was, self.since = self.was is not None, True, t
        if not live:
            return False
        if for_s <= 0.0:
            return is_news
        self.left, self.due = for_s, t + for_s
        return False

    def freeze(self, t: float) -> None:
        """From time t on no time passes, until the state can be told again."""
        if self.due is not None:
            self.left, self.due = max(0.0, self.due - t), None

    def is_due(self, t: float) -> bool:
        """Whether the time has come at t; then it has passed, and does not come again."""
        if self.due is None or t < self.due:
            return False
        self.left = self.due = None
        return True

    def resume(self, since: float, t: float, *, frozen: bool) -> None:
        """Nobody listened from since to t: go on with the time that was left.

        At once, or when the state can be told again where it could not be before, or is `frozen`.
        """
        stood = self.due is None
        self.freeze(since)
        if self.left is not None and not (stood or frozen):
            self.due = t + self.left

    def snapshot(self) -> Json:
        """The state as JSON."""
        return [self.was, self.since, self.left, self.due]


def watch_from(row: Json) -> Watch:
    """The watch of a snapshot; raises SnapshotError."""
    return Watch(
        None if item(row, 0) is None else flag_in([item(row, 0)], 0),
        *(optional_number_in(row, place) for place in (1, 2, 3)),
    )
