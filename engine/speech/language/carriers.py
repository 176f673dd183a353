"""A few sentences with slots that stand for all of a language's templates.

A recogniser learns from a list of phrases which word may follow which. So not every sentence is
needed, only every pair of neighbours that some template allows.
"""

from collections import deque
from collections.abc import Iterator
from functools import cache

from .automaton import Label, Network
from .automaton_builder import NetworkBuilder
from .sentence_sets import SentenceSet, everyday, everything

type Carrier = tuple[Label, ...]

type _Pair = tuple[Label | None, Label | None]
"""Neighbours; None stands before the first and after the last."""


@cache
def everyday_carriers(language: str) -> tuple[Carrier, ...]:
    """Every template that is said every day, with each pair of neighbours in it."""
    found = dict[Carrier, None]()
    for network in _templates(everyday(language)):
        found.update(dict.fromkeys(_cover(network, set())))
    return tuple(found)


@cache
def other_carriers(language: str) -> tuple[Carrier, ...]:
    """What all templates allow besides: each pair of neighbours once."""
    seen = {pair for carrier in everyday_carriers(language) for pair in _pairs(carrier)}
    found = dict[Carrier, None]()
    for network in _templates(everything(language)):
        found.update(dict.fromkeys(_cover(network, seen)))
    return tuple(found)


def _templates(sentences: SentenceSet) -> Iterator[Network]:
    """Each template as an automaton of its own, which has no loops."""
    for template in sentences.templates:
        builder = NetworkBuilder(sentences.rules, sentences.lists, sentences.slots)
        if builder.add(template.expression, template.domains):
            yield builder.build()


def _cover(network: Network, seen: set[_Pair]) -> Iterator[Carrier]:
    """Paths that show every pair of neighbours that was not seen, which are then seen."""
    ways: dict[int, Carrier] = {network.START: ()}
    waiting = deque([network.START])
    while waiting:
        state = waiting.popleft()
        way = ways[state]
        last = way[-1] if way else None
        for label, target in network.arcs(state).items():
            if (last, label) not in seen:
                path = _onward(network, target, (*way, label), seen)
                if path is not None:
                    seen.update(_pairs(path))
                    yield path
            if target not in ways:
                ways[target] = (*way, label)
                waiting.append(target)
        if network.ends(state) and way and (last, None) not in seen:
            seen.update(_pairs(way))
            yield way


def _onward(network: Network, state: int, path: Carrier, seen: set[_Pair]) -> Carrier | None:
    """A path on to an end, through what was not seen where it can; None for a dead end."""
    while arcs := network.arcs(state):
        last = path[-1]
        if network.ends(state) and all((last, label) in seen for label in arcs):
            break
        label = next((each for each in arcs if (last, each) not in seen), next(iter(arcs)))
        state = arcs[label]
        path = (*path, label)
    return path if network.ends(state) else None


def _pairs(carrier: Carrier) -> Iterator[_Pair]:
    last: Label | None = None
    for label in carrier:
        yield last, label
        last = label
    yield last, None
