"""Sentence templates as one automaton over words and slots, which no household changes.

Templates are hassil expressions. They become a non-deterministic automaton, whose deterministic
states are made when they are first visited (subset construction; Rabin and Scott, IBM J. Res.
Dev. 3, 1959) and kept: most sentences visit a few hundred of the millions there would be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, permutations
import re
from threading import Lock

from hassil import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    Sequence as Row,
    TextChunk,
)


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

_PAUSE = re.compile(r"[\s_-]+")
_SPEAKABLE = re.compile(r"[^\W\d_]+(?:['.][^\W\d_]*)*")
"""A word without digits and signs. Templates offer those beside the words for writers."""

_DEEPEST = 24
"""Levels of rules within rules; deeper ones would refer to themselves."""

type _Front = frozenset[tuple[int, str]]
"""Where the paths of a template have come to: a node, and the letters of an unfinished word."""


@dataclass(slots=True)
class _Nodes:
    """The non-deterministic automaton while it grows. Node 0 is the start."""

    arcs: list[dict[Label, set[int]]] = field(default_factory=lambda: [{}])
    free: list[set[int]] = field(default_factory=lambda: [set()])
    ends: dict[int, list[int]] = field(default_factory=dict)
    """Where templates end, and which do."""

    def add(self) -> int:
        self.arcs.append({})
        self.free.append(set())
        return len(self.arcs) - 1

    def arc(self, source: int, label: Label) -> int:
        target = self.add()
        self.arcs[source].setdefault(label, set()).add(target)
        return target


class Network:
    """All templates at once; states are integers, `START` the first. Threads may share it."""

    START = 0

    def __init__(self, nodes: _Nodes) -> None:
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


class NetworkBuilder:
    """Adds templates to an automaton.

    `rules` are the expressions that templates refer to by <name>, `lists` those of text lists,
    `slots` what stands for every other list; templates that use unknown lists are left out.
    """

    def __init__(
        self,
        rules: Mapping[str, Expression],
        lists: Mapping[str, Sequence[Expression]],
        slots: Mapping[str, Slot],
    ) -> None:
        self._rules = rules
        self._lists = lists
        self._slots = slots
        self._nodes = _Nodes()
        self._added = 0

    def add(self, template: Expression, domains: frozenset[str] | None = None) -> bool:
        """Add a template, whose names are of certain domains; False where it cannot be spoken."""
        front = self._grow(template, frozenset({(0, "")}), domains, 0)
        ends = {self._finish(node, letters) for node, letters in front} - {None, 0}
        for end in ends:
            if end is not None:
                self._nodes.ends.setdefault(end, []).append(self._added)
        self._added += 1
        return bool(ends)

    def build(self) -> Network:
        """The automaton of what was added, without beginnings that come to no end."""
        alive = self._alive()
        for arcs in self._nodes.arcs:
            for label in list(arcs):
                arcs[label] &= alive
                if not arcs[label]:
                    del arcs[label]
        return Network(self._nodes)

    def _alive(self) -> set[int]:
        """Nodes from which a template's end can be reached."""
        sources: dict[int, list[int]] = {}
        for node, arcs in enumerate(self._nodes.arcs):
            for target in chain(self._nodes.free[node], *arcs.values()):
                sources.setdefault(target, []).append(node)
        found = set(self._nodes.ends)
        waiting = list(found)
        while waiting:
            for source in sources.get(waiting.pop(), ()):
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return found

    def _grow(
        self, part: Expression, front: _Front, domains: frozenset[str] | None, depth: int
    ) -> _Front:
        """Where paths come to by a part of a template; empty where none can be spoken."""
        if depth > _DEEPEST or not front:
            return frozenset()
        match part:
            case TextChunk():
                return self._text(part.original_text, front)
            case ListReference():
                return self._list(part, front, domains, depth)
            case RuleReference():
                rule = self._rules.get(part.rule_name)
                if rule is None:
                    return frozenset()
                return self._grow(rule, front, domains, depth + 1)
            case Permutation():
                orders = [Row(items=list(order)) for order in permutations(_spaced(part))]
                return self._grow(Alternative(items=list(orders)), front, domains, depth + 1)
            case Alternative():
                grown = [self._grow(each, front, domains, depth + 1) for each in part.items]
                return self._join(frozenset().union(*grown))
            case Row():
                for each in part.items:
                    front = self._grow(each, front, domains, depth + 1)
                return front
        return frozenset()

    def _text(self, text: str, front: _Front) -> _Front:
        pieces = _PAUSE.split(text.casefold())
        found = set()
        for node, letters in front:
            at: int | None = node
            first, *others = pieces
            last = letters + first
            for piece in others:
                at = None if at is None else self._finish(at, last)
                last = piece
            if at is not None:
                found.add((at, last))
        return self._join(frozenset(found))

    def _list(
        self, part: ListReference, front: _Front, domains: frozenset[str] | None, depth: int
    ) -> _Front:
        if part.list_name in self._lists:
            values = [
                self._grow(value, front, domains, depth + 1)
                for value in self._lists[part.list_name]
            ]
            return self._join(frozenset().union(*values))
        slot = self._slot(part, domains)
        if slot is None:
            return frozenset()
        ready = (self._finish(node, letters) for node, letters in front)
        return self._join(
            frozenset((self._nodes.arc(node, slot), "") for node in ready if node is not None)
        )

    def _slot(self, part: ListReference, domains: frozenset[str] | None) -> Slot | None:
        if part.is_inline_range and (inline := part.get_inline_range()) is not None:
            return Slot("number", low=inline[0], high=inline[1], step=inline[2])
        if part.list_name == "name":
            return Slot("name", domains)
        return self._slots.get(part.list_name)

    def _finish(self, node: int, letters: str) -> int | None:
        """The node after a word; None for what is no word."""
        if not letters:
            return node
        if not _SPEAKABLE.fullmatch(letters):
            return None
        return self._nodes.arc(node, letters)

    def _join(self, front: _Front) -> _Front:
        """The same places, with one node for all that are at the same letters."""
        by_letters: dict[str, list[int]] = {}
        for node, letters in front:
            by_letters.setdefault(letters, []).append(node)
        joined = set()
        for letters, nodes in by_letters.items():
            node = nodes[0]
            if len(nodes) > 1:
                node = self._nodes.add()
                for each in nodes:
                    self._nodes.free[each].add(node)
            joined.add((node, letters))
        return frozenset(joined)


def _spaced(part: Permutation) -> list[Expression]:
    """The items of a permutation, each with room around it."""
    room = TextChunk(" ")
    return [Row(items=[room, item, room]) for item in part.items]
