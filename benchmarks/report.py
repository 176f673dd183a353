"""A measured figure beside what it is compared with, as a table row and as JSON."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum


class Better(Enum):
    """Which way a figure should go."""

    HIGHER = "at least"
    LOWER = "at most"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure of one benchmark.

    `peer_value` is the same quantity of the peer, measured in the same run, in the same unit;
    the ratio is value / peer_value. `target` bounds the ratio where there is a peer to divide
    by and `bounds_ratio` is set, otherwise the value.
    """

    name: str
    value: float
    unit: str
    target: float
    better: Better
    peer: str
    peer_value: float | None = None
    bounds_ratio: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over the peer's value; None without a peer's value or with one of 0."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def met(self) -> bool:
        """Whether the target holds."""
        judged = self.ratio if self.bounds_ratio else self.value
        if judged is None:
            return False
        return judged >= self.target if self.better is Better.HIGHER else judged <= self.target

    def to_json(self) -> dict[str, object]:
        """The body of the figure in the JSON report."""
        return {
            "value": self.value,
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": self.peer_value,
            "ratio": self.ratio,
            "target": f"{self.better.value} {self.target:g}"
            + (" times the peer" if self.bounds_ratio else f" {self.unit}"),
            "met": self.met,
            "note": self.note,
        }


type Benchmark = Callable[[], Iterable[Result]]


def table(results: Iterable[Result]) -> str:
    """The results as a Markdown table."""
    rows = [
        "| figure | measured | compared with | peer | ratio | target | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        body = result.to_json()
        peer = "" if result.peer_value is None else f"{result.peer_value:.4g} {result.unit}"
        ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
        rows.append(
            f"| {result.name} | {result.value:.4g} {result.unit} | {result.peer} | {peer} "
            f"| {ratio} | {body['target']} | {'yes' if result.met else '**no**'} |"
        )
    return "\n".join(rows)
