"""What a node's messages add up to, and what is worth saying at once."""

from ..core.reading import Traffic
from ..core.snapshot import Json, flag_in, item, number_in, optional_number_in


class _Spell:
    """Something that goes on until a whole period has passed without it."""

    def __init__(self) -> None:
        self.lasting = False
        self._again = False

    def happen(self) -> bool:
        """It happened; whether that is news."""
        news = not self.lasting
        self.lasting = self._again = True
        return news

    def end_period(self) -> None:
        """A period is over."""
        self.lasting, self._again = self._again, False

    def snapshot(self) -> Json:
        return [self.lasting, self._again]

    def restore(self, state: Json) -> None:
        self.lasting, self._again = flag_in(state, 0), flag_in(state, 1)


class TrafficMeter:
    """The counters of one node. `problem` says what was wrong with the last bad message."""

    def __init__(self) -> None:
        self.received = 0
        self.duplicate = 0
        self.gap = 0
        self.skew: float | None = None
        self.problem: str | None = None
        self._bad = 0
        self._spoiling = _Spell()
        self._flooding = _Spell()
        self._news = False

    def count_bad(self, problem: str, times: int = 1) -> None:
        """Something was not understood and is lost."""
        self._bad += times
        self.problem = problem
        self._news |= self._spoiling.happen()

    def count_dropped(self) -> None:
        """A message was beyond the node's budget."""
        self._news |= self._flooding.happen()

    def end_period(self) -> None:
        """The counters were reported; what has not happened since the last time is over."""
        self._spoiling.end_period()
        self._flooding.end_period()

    def take_news(self) -> bool:
        """Whether flooding or bad messages began since this was asked last."""
        news, self._news = self._news, False
        return news

    @property
    def flooding(self) -> bool:
        """Whether messages were dropped lately because there were too many."""
        return self._flooding.lasting

    @property
    def reading(self) -> Traffic:
        """The counters as they are."""
        return Traffic(
            received=self.received,
            bad=self._bad,
            duplicate=self.duplicate,
            gap=self.gap,
            skew=self.skew,
            flooding=self.flooding,
        )

    def snapshot(self) -> Json:
        """The counters and what lasts."""
        return {
            "received": self.received,
            "bad": self._bad,
            "duplicate": self.duplicate,
            "gap": self.gap,
            "skew": self.skew,
            "spoiling": self._spoiling.snapshot(),
            "flooding": self._flooding.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none."""
        self.received = int(number_in(state, "received"))
        self._bad = int(number_in(state, "bad"))
        self.duplicate = int(number_in(state, "duplicate"))
        self.gap = int(number_in(state, "gap"))
        self.skew = optional_number_in(state, "skew")
        self._spoiling.restore(item(state, "spoiling"))
        self._flooding.restore(item(state, "flooding"))
