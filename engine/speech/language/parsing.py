"""Spoken text read as a sentence of the household, word for word."""

from collections.abc import Iterator
from typing import NamedTuple

from .automaton import Label, Network, Slot
from .pronunciation import Sounds
from .sentence import LONGEST_DICTATION, Piece, Sentence
from .trie import Trie
from .values import Values


class Step(NamedTuple):
    """Where one reading has come to: a state, or inside of a slot that leads there."""

    state: int
    inside: Trie | None
    pieces: tuple[Piece, ...]


class Parser:
    """Reads texts of one household."""

    def __init__(self, network: Network, values: Values, sounds: Sounds) -> None:
        self._network = network
        self._values = values
        self._sounds = sounds
        self._tries: dict[Slot, Trie] = {}

    def sentences(self, text: str) -> list[Sentence]:
        """All ways to read a whole text: known words before any, then the fewest pieces first."""
        ends = (
            Sentence(step.pieces, self._network.ends(step.state))
            for step in self._walk(text)
            if step.inside is None and self._network.ends(step.state)
        )
        return sorted(ends, key=lambda each: (each.is_dictated, len(each.pieces)))

    def may_continue(self, text: str) -> bool:
        """Whether a text is the beginning of a longer sentence."""
        return any(
            step.inside is not None or any(map(self._possible, self._network.arcs(step.state)))
            for step in self._walk(text)
        )

    def _walk(self, text: str) -> list[Step]:
        """All readings of a text as the beginning of a sentence."""
        steps = [Step(Network.START, None, ())]
        for word in text.split():
            steps = [after for step in steps for after in self._after(step, word)]
        return steps

    def _after(self, step: Step, word: str) -> Iterator[Step]:
        if step.inside is not None:
            yield from self._in_slot(step, step.inside, step.state, word)
            return
        if step.pieces and step.pieces[-1].is_dictated:
            yield from self._dictated(step.pieces[-1], step, word)
        for label, target in self._network.arcs(step.state).items():
            if isinstance(label, Slot) and label.kind == "text":
                # A sentence that begins with any words would be any sentence.
                if step.pieces:
                    piece = Piece(word, (self._sounds(word),), label)
                    yield Step(target, None, (*step.pieces, piece))
            elif isinstance(label, Slot):
                yield from self._in_slot(step, self._trie(label), target, word)
            elif label == word:
                yield Step(target, None, (*step.pieces, Piece(word, (self._sounds(word),))))

    def _dictated(self, piece: Piece, step: Step, word: str) -> Iterator[Step]:
        text = f"{piece.text} {word}"
        if len(text.split()) <= LONGEST_DICTATION:
            longer = Piece(text, (piece.sounds[0] + self._sounds(word),), piece.slot)
            yield Step(step.state, None, (*step.pieces[:-1], longer))

    @staticmethod
    def _in_slot(step: Step, trie: Trie, target: int, word: str) -> Iterator[Step]:
        deeper = trie.branches.get(word)
        if deeper is None:
            return
        if deeper.branches:
            yield Step(target, deeper, step.pieces)
        if deeper.piece is not None:
            yield Step(target, None, (*step.pieces, deeper.piece))

    def _possible(self, label: Label) -> bool:
        return isinstance(label, str) or label.kind == "text" or bool(self._values.of(label))

    def _trie(self, slot: Slot) -> Trie:
        found = self._tries.get(slot)
        if found is None:
            found = self._tries[slot] = Trie()
            for value in self._values.of(slot):
                piece = Piece(value.written, value.sounds, slot, value)
                for form in (*value.spoken, value.written.casefold()):
                    found.add(form.split(), piece)
        return found
