"""Sentence templates as one automaton over words and slots, which no household changes.

Templates are hassil expressions. They become a non-deterministic automaton, whose deterministic
states are made when they are first visited (subset construction; Rabin and Scott, IBM J. Res.
Dev. 3, 1959) and kept: most sentences visit a few hundred of the millions there would be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from threading import Lock


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sentence that the household or a number fills.

    `kind` is "name", "area", "floor", "number", "contact", "routine" or "alarm", or "text" for any
    words. A name may be limited to `domains`; a number goes from `low` to `high` by `step`, with
    `halves` in between.
    """

    kind: str
    domains: frozenset[str] | None = None
    low: int = 0
    high: int = 0
    step: int = 1
    halves: bool = False


type Label = str | Slot


@dataclass(slots=True)
class Nodes:
    """The non-deterministic automaton while it grows. Node 0 is the start."""

    arcs: list[dict[Label, set[int]]] = field(default_factory=lambda: [{}])
    free: list[set[int]] = field(default_factory=lambda: [set()])
    ends: dict[int, list[int]] = field(default_factory=dict)
    """Where templates end, and which do."""

    def add(self) -> int:
        """A new node."""
        self.arcs.append({})
        self.free.append(set())
        return len(self.arcs) - 1

    def arc(self, source: int, label: Label) -> int:
        """A new node that follows `source` by a label."""
        target = self.add()
        self.arcs[source].setdefault(label, set()).add(target)
        return target


class Network:
    """All templates at once; states are integers, `START` the first. Threads may share it."""

    START = 0

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._states: dict[frozenset[int], int] = {}
        self._members: list[frozenset[int]] = []
        self._arcs: list[Mapping[Label, int] | None] = []
        self._ends: list[frozenset[int]] = []
        self._growing = Lock()
        self._state(self._closure({0}))

    def arcs(self, state: int) -> Mapping[Label, int]:
        """Where a state leads, by word or slot."""
        known = self._arcs[state]
        if known is not None:
            return known
        targets: dict[Label, set[int]] = {}
        for node in self._members[state]:
            for label, nexts in self._nodes.arcs[node].items():
                targets.setdefault(label, set()).update(nexts)
        _write_once(targets)
        with self._growing:
            found = {label: self._state(self._closure(nexts)) for label, nexts in targets.items()}
            self._arcs[state] = found
        return found

    def ends(self, state: int) -> frozenset[int]:
        """The templates that end here, by the order in which they were added; none elsewhere."""
        return self._ends[state]

    def words(self) -> frozenset[str]:
        """All words of all templates."""
        return frozenset(
            label for arcs in self._nodes.arcs for label in arcs if isinstance(label, str)
        )

    @property
    def size(self) -> tuple[int, int]:
        """How many nodes were built and how many states were visited."""
        return len(self._nodes.arcs), len(self._members)

    def _state(self, members: frozenset[int]) -> int:
        state = self._states.get(members)
        if state is None:
            state = self._states[members] = len(self._members)
            self._members.append(members)
            self._arcs.append(None)
            ended = (self._nodes.ends.get(node, ()) for node in members)
            self._ends.append(frozenset(chain.from_iterable(ended)))
        return state

    def _closure(self, nodes: Iterable[int]) -> frozenset[int]:
        found = set(nodes)
        waiting = list(found)
        while waiting:
            for each in self._nodes.free[waiting.pop()] - found:
                found.add(each)
                waiting.append(each)
        return frozenset(found)


def _write_once(targets: dict[Label, set[int]]) -> None:
    """Leave out "whats" where templates take it for "what's": nobody hears which of them it was."""
    for label in [each for each in targets if isinstance(each, str) and "'" in each]:
        bare = str(label).replace("'", "")
        if bare in targets:
            targets[label] |= targets.pop(bare)
