"""The sentences of a household that sound most like what a recogniser heard.

Words of a hypothesis are aligned with paths through the automaton of all templates, by dynamic
programming over (word, state) with a beam. Words are compared as wholes by their sounds, and names
with any run of words, because recognisers part unknown names as they like. All costs are phones.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from .automaton import Network, Slot
from .pronunciation import Sounds, distance
from .sentence import LONGEST_DICTATION, Piece, Sentence
from .spans import UNLIKE, Spans
from .values import Values

_LONGEST_SENTENCE = 40
"""Words of the longest text that is compared: no sentence of a home has so many, and a talk of half
an hour must not take as long to refuse."""

_BEAM = 5.0
"""Phones by which a path may cost more than the best at the same word."""

_WIDEST = 120
"""Paths that are followed from one word to the next."""

_LONGEST_MISSED = 3
"""Phones of the longest word of a template that a hypothesis may lack: "the", "in", "all"."""

_MISSED = 3.0
"""Phones by which paths that lack words may cost more than the best at the same word."""

_LONGEST_ADDED = 6
"""Phones of the longest word that a hypothesis may have too many."""

_DICTATED = 0.5
"""What a word costs that may be any, in phones: one that a template knows is likelier."""

_KEPT = 2
"""Paths that are kept at the same word and state."""


class _Path(NamedTuple):
    cost: float
    piece: Piece | None
    before: _Path | None

    def pieces(self) -> tuple[Piece, ...]:
        found = []
        path: _Path | None = self
        while path is not None and path.piece is not None:
            found.append(path.piece)
            path = path.before
        return tuple(reversed(found))


class _Site(NamedTuple):
    """A state: its words, its fillable slots, and its short words, each with where it leads."""

    words: tuple[tuple[str, Piece, int], ...]
    slots: tuple[tuple[Slot, int], ...]
    short: tuple[tuple[float, Piece, int], ...]
    dictated: tuple[tuple[Slot, int], ...]


type _Cell = dict[int, list[_Path]]


class Matcher:
    """Finds sentences of one household."""

    def __init__(self, network: Network, values: Values, sounds: Sounds) -> None:
        self._network = network
        self._values = values
        self._sounds = sounds
        self._near = lru_cache(4096)(self._words_near)
        self._sites: dict[int, _Site] = {}
        self._words, self._word_sounds = self._carrier_words()

    def nearest(self, text: str, most: int) -> list[Sentence]:
        """The sentences nearest to a text in spoken words, nearest first."""
        words = text.split()
        if len(words) > _LONGEST_SENTENCE:
            return []
        phones = [self._sounds(word) for word in words]
        spans = Spans(phones, self._values)
        cells: list[_Cell] = [{} for _ in range(len(words) + 1)]
        cells[0][Network.START] = [_Path(0.0, None, None)]
        for at, cell in enumerate(cells):
            self._skip_template_words(cell)
            for state, paths in _within_beam(cell):
                if at < len(words):
                    self._advance(cells, at, state, paths, words[at], phones[at])
                    self._fill(cells, at, state, paths, spans)
                    self._dictate(cells, at, state, paths, words)
        return self._ends(cells[-1], most)

    def _site(self, state: int) -> _Site:
        """Where a state leads."""
        found = self._sites.get(state)
        if found is None:
            words, slots, dictated = [], [], []
            for label, target in self._network.arcs(state).items():
                if not isinstance(label, Slot):
                    words.append((label, Piece(label, (self._sounds(label),)), target))
                elif label.kind == "text":
                    dictated.append((label, target))
                elif self._values.of(label):
                    slots.append((label, target))
            short = [
                (float(len(piece.sounds[0])), piece, target)
                for _, piece, target in words
                if len(piece.sounds[0]) <= _LONGEST_MISSED
            ]
            found = self._sites[state] = _Site(
                tuple(words), tuple(slots), tuple(short), tuple(dictated)
            )
        return found

    def _skip_template_words(self, cell: _Cell) -> None:
        """Follow paths by short words that were not heard."""
        if not cell:
            return
        most = min(paths[0].cost for paths in cell.values()) + _MISSED
        waiting = [state for state, paths in cell.items() if paths[0].cost < most]
        while waiting:
            state = waiting.pop()
            for cost, piece, target in self._site(state).short:
                added = [
                    _Path(path.cost + cost, piece, path)
                    for path in cell[state]
                    if path.cost + cost <= most
                ]
                if added and _put(cell, target, added):
                    waiting.append(target)

    def _advance(
        self, cells: list[_Cell], at: int, state: int, paths: list[_Path], word: str, sound: str
    ) -> None:
        """Follow paths by one word that was heard."""
        near = self._near(word)
        for known, piece, target in self._site(state).words:
            cost = near.get(known)
            if cost is not None:
                _put(cells[at + 1], target, [_Path(p.cost + cost, piece, p) for p in paths])
        if len(sound) <= _LONGEST_ADDED:
            added = [_Path(p.cost + len(sound), p.piece, p.before) for p in paths]
            _put(cells[at + 1], state, added)

    def _fill(
        self, cells: list[_Cell], at: int, state: int, paths: list[_Path], spans: Spans
    ) -> None:
        """Follow paths by names and numbers that sound like the next words."""
        for slot, target in self._site(state).slots:
            for end, value, cost in spans.found(at, slot):
                piece = Piece(value.written, value.sounds, slot, value)
                _put(cells[end], target, [_Path(p.cost + cost, piece, p) for p in paths])

    def _dictate(
        self, cells: list[_Cell], at: int, state: int, paths: list[_Path], words: list[str]
    ) -> None:
        """Follow paths by the next words, whatever they are."""
        if paths[0].piece is None:  # a sentence that begins with any words would be any sentence
            return
        for slot, target in self._site(state).dictated:
            for end in range(at + 1, min(len(words), at + LONGEST_DICTATION) + 1):
                said = words[at:end]
                piece = Piece(" ".join(said), ("".join(map(self._sounds, said)),), slot)
                cost = _DICTATED * len(said)
                _put(cells[end], target, [_Path(p.cost + cost, piece, p) for p in paths])

    def _ends(self, cell: _Cell, most: int) -> list[Sentence]:
        found: dict[str, Sentence] = {}
        ended = (
            (path, ends)
            for state, paths in cell.items()
            if (ends := self._network.ends(state))
            for path in paths
        )
        for path, ends in sorted(ended, key=lambda each: each[0].cost):
            sentence = Sentence(path.pieces(), ends)
            if sentence.pieces:
                found.setdefault(sentence.text, sentence)
            if len(found) == most:
                break
        return list(found.values())

    def _carrier_words(self) -> tuple[list[str], list[str]]:
        words = sorted(self._network.words())
        return words, [self._sounds(word) for word in words]

    def _words_near(self, word: str) -> dict[str, float]:
        """Words of templates that sound like one, with how far they are from it."""
        sound = self._sounds(word)
        found = {}
        for known, other in zip(self._words, self._word_sounds, strict=True):
            most = UNLIKE * max(len(sound), len(other))
            if abs(len(sound) - len(other)) <= most:
                cost = distance(sound, other)
                if cost <= most:
                    found[known] = cost
        found[word] = 0.0
        return found


def _within_beam(cell: _Cell) -> Iterator[tuple[int, list[_Path]]]:
    ranked = sorted(cell.items(), key=lambda each: each[1][0].cost)[:_WIDEST]
    for state, paths in ranked:
        if paths[0].cost > ranked[0][1][0].cost + _BEAM:
            break
        yield state, paths


def _put(cell: _Cell, state: int, paths: list[_Path]) -> bool:
    """Add paths to a state, the cheapest of which are kept; whether any was."""
    known = cell.get(state)
    if known is None:
        cell[state] = paths[:_KEPT]
        return True
    if len(known) == _KEPT and paths[0].cost >= known[-1].cost:
        return False
    merged = sorted(known + paths, key=lambda path: path.cost)[:_KEPT]
    if [id(path) for path in merged] == [id(path) for path in known]:
        return False
    cell[state] = merged
    return True
