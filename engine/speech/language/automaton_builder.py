"""Templates of sentences made into an automaton.

Templates are hassil expressions, in which words may be put together of parts ("light[s]").
"""

from collections.abc import Mapping, Sequence
from itertools import chain, permutations
import re

from hassil import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    Sequence as Row,
    TextChunk,
)

from .automaton import Network, Nodes, Slot

_PAUSE = re.compile(r"[\s_-]+")
_SPEAKABLE = re.compile(r"[^\W\d_]+(?:['.][^\W\d_]*)*")
"""A word without digits and signs. Templates offer those beside the words for writers."""

_DEEPEST = 24
"""Levels of rules within rules; deeper ones would refer to themselves."""

type _Front = frozenset[tuple[int, str]]
"""Where the paths of a template have come to: a node, and the letters of an unfinished word.

They are followed in order, so that every process builds the same automaton: sets of texts have an
order of their own in each.
"""


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
        self._nodes = Nodes()
        self._added = 0

    def add(self, template: Expression, domains: frozenset[str] | None = None) -> bool:
        """Add a template, whose names are of certain domains; False where it cannot be spoken."""
        front = self._grow(template, frozenset({(0, "")}), domains, 0)
        ends = {self._finish(node, letters) for node, letters in sorted(front)} - {None, 0}
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
        for node, letters in sorted(front):
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
        ready = (self._finish(node, letters) for node, letters in sorted(front))
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
        for node, letters in sorted(front):
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
