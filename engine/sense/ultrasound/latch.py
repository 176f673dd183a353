"""A state that takes time to stand and time to fall, so that nothing flaps."""

from ...core.snapshot import Json, flag_in, number_in


class Latch:
    """Stands once a sign was there for `enter` seconds, falls once it was gone for `leave`.

    Time in which the sign says the opposite counts back, so what comes half of the time or less
    never stands, and need not come without a break either.
    """

    def __init__(self, enter: float, leave: float) -> None:
        self._enter, self._leave = enter, leave
        self._against = 0.0
        self.stands = False

    def step(self, seconds: float, *, sign: bool) -> bool:
        """The sign was there, or not, for some seconds; gives whether the state stands."""
        if sign is self.stands:
            self._against = max(0.0, self._against - seconds)
            return self.stands
        self._against += seconds
        if self._against >= (self._leave if self.stands else self._enter):
            self.stands, self._against = sign, 0.0
        return self.stands

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {"stands": self.stands, "against": self._against}

    def restore(self, state: Json) -> None:
        """Replace the state with that of a snapshot; raises SnapshotError if it is none."""
        self.stands, self._against = flag_in(state, "stands"), number_in(state, "against")
