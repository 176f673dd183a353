"""A second opinion on a whole utterance, by Moonshine: an attention model on onnxruntime.

The models and their way of decoding are described in Jeffries et al., "Moonshine: Speech
Recognition for Live Transcription and Voice Commands" (2024).
"""

from collections.abc import Sequence
import math
from pathlib import Path
import re
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from ..hypothesis import Hypothesis, Pass, Word
from ..models.folder import ModelError
from .beam import BEAMS, Sentence, search
from .favour import Favours
from .recogniser import RATE, SECOND_BYTES, Biasing, Partial

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

_START, _END = 1, 2
"""The tokens that open and close a sentence."""

_TOKENS_PER_SECOND = 6.5
"""Nobody speaks faster; what goes on longer is made up, says the paper."""

_LONGEST = 30.0
"""Seconds of one utterance; the model was trained on no longer ones."""

_SHORTEST = 0.1
"""Seconds below which there is nothing for its convolutions to look at."""

_QUIET = 1e-3
"""Peak of full scale below which there is nothing to read; of silence the model makes words."""

_FULL_SCALE = 32768.0

_PAST, _PRESENT = "past_key_values", "present"
"""How the decoder's inputs and outputs of the same cache begin."""

_WORD_START = "\u2581"
"""What SentencePiece writes for a space."""

_NOT_SPOKEN = re.compile(r"[^\w\s'%°.:]|(?<!\d)[.:]|[.:](?!\d)")
"""What a text has that nobody pronounces; points and colons are kept inside of numbers."""


class MoonshineModel:
    """A model in memory, for any number of recognisers and threads."""

    def __init__(self, folder: Path) -> None:
        """Load it; raises ModelError."""
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = 1  # utterances are parallel, not their sums
        # Both would make steps a tenth faster, and keep 60 MB between utterances.
        options.enable_cpu_mem_arena = False
        options.add_session_config_entry("session.disable_prepacking", "1")
        try:
            self._encoder = InferenceSession(folder / "encoder_model.ort", options)
            self._decoder = InferenceSession(folder / "decoder_model_merged.ort", options)
            self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # each of these libraries raises types of its own
            raise ModelError(f"Moonshine's model in {folder} cannot be loaded: {error}") from error

    def recogniser(self) -> MoonshineRecogniser:
        """One that hears an utterance when it is over."""
        return MoonshineRecogniser(self)

    def read(
        self, sound: NDArray[np.float32], favours: Favours, beams: int = BEAMS
    ) -> list[Sentence]:
        """The best sentences for sound (n,) of full scale 1; with one beam it is greedy."""
        sound = sound[None]
        mask = np.ones(sound.shape, np.int64)
        (states,) = _run(self._encoder, {"input_values": sound, "attention_mask": mask})
        longest = math.ceil(sound.size / RATE * _TOKENS_PER_SECOND)
        return search(_Cached(self._decoder, states, mask), _START, _END, longest, favours, beams)


class MoonshineRecogniser:
    """One utterance; see `Recogniser`. It says nothing before the end."""

    source = Pass.ATTENTION

    def __init__(self, model: MoonshineModel) -> None:
        self._model = model
        self._terms: tuple[str, ...] | None = None
        self._favours = Favours(())
        self._sound = bytearray()

    def begin(self, biasing: Biasing) -> None:
        """Start an utterance, in which the terms are favoured."""
        self._sound.clear()
        if biasing.terms != self._terms:
            self._terms = biasing.terms
            self._favours = Favours(self._tokens(biasing.terms))

    def feed(self, pcm: bytes) -> Partial:
        """Keep it, up to half a minute."""
        self._sound += pcm[: max(0, int(_LONGEST * SECOND_BYTES) - len(self._sound))]
        return Partial("")

    def finish(self) -> tuple[Hypothesis, ...]:
        """Read the utterance; words have a confidence, and no times."""
        whole = len(self._sound) // 2 * 2
        sound = np.frombuffer(bytes(self._sound[:whole]), "<i2").astype(np.float32) / _FULL_SCALE
        self._sound.clear()
        if sound.size < _SHORTEST * RATE or np.abs(sound).max() < _QUIET:
            return (Hypothesis("", 0.0, (), Pass.ATTENTION),)
        sentences = self._model.read(sound, self._favours)
        best = sentences[0].score
        found: dict[str, Hypothesis] = {}
        for sentence in sentences:
            words = self._words(sentence)
            text = " ".join(word.text for word in words)
            found.setdefault(text, Hypothesis(text, sentence.score - best, words, Pass.ATTENTION))
        return tuple(found.values())

    def reset(self) -> None:
        """Give up the utterance."""
        self._sound.clear()

    def _tokens(self, terms: Sequence[str]) -> list[list[int]]:
        """The ways in which the model may write the names: as they are, small, and capital."""
        written = dict.fromkeys(
            form for term in terms for form in (term, term.lower(), term.capitalize())
        )
        encode = self._model.tokenizer.encode
        return [encode(form, add_special_tokens=False).ids for form in written]

    def _words(self, sentence: Sentence) -> tuple[Word, ...]:
        """Its words as they are spoken; each is as certain as its least certain token."""
        pieces: list[tuple[list[int], float]] = []
        for token, log in zip(sentence.tokens, sentence.logs, strict=False):
            written = self._model.tokenizer.id_to_token(token) or ""
            if written.startswith(_WORD_START) or not pieces:
                pieces.append(([token], log))
            else:
                tokens, lowest = pieces[-1]
                pieces[-1] = ([*tokens, token], min(lowest, log))
        return tuple(
            Word(text, None, None, math.exp(lowest))
            for tokens, lowest in pieces
            for text in _spoken(self._model.tokenizer.decode(tokens))
        )


class _Cached:
    """The decoder with the keys and values of all attention, for `search`."""

    def __init__(
        self,
        decoder: onnxruntime.InferenceSession,
        states: NDArray[np.float32],
        mask: NDArray[np.int64],
    ) -> None:
        self._decoder = decoder
        self._states = states
        self._mask = mask  # of the samples: the decoder thins it out by itself
        self._past = {
            put.name: np.zeros((1, put.shape[1], 0, put.shape[3]), np.float32)
            for put in decoder.get_inputs()
            if put.name.startswith(_PAST)
        }
        self._began = False

    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> NDArray[np.float32]:
        """Read the next token of each sentence."""
        count = len(tokens)
        # What is attended to in the sound is worked out once, at the first token, and is the
        # same for all sentences.
        fresh = [name for name in self._past if ".decoder." in name or not self._began]
        if self._began:
            chosen = np.asarray(rows)
            self._past = {
                name: past[chosen] if ".decoder." in name else _rows(past, count)
                for name, past in self._past.items()
            }
        logits, *present = _run(
            self._decoder,
            {
                "input_ids": np.asarray(tokens, np.int64)[:, None],
                "encoder_hidden_states": _rows(self._states, count),
                "encoder_attention_mask": _rows(self._mask, count),
                "use_cache_branch": np.asarray([self._began]),
                **self._past,
            },
            ["logits", *(name.replace(_PAST, _PRESENT) for name in fresh)],
        )
        self._past.update(zip(fresh, present, strict=True))
        self._began = True
        return logits[:, -1]


def _rows[T: np.generic](values: NDArray[T], count: int) -> NDArray[T]:
    """The first row `count` times."""
    return values if len(values) == count else np.repeat(values[:1], count, axis=0)


def _run(
    session: onnxruntime.InferenceSession,
    inputs: dict[str, NDArray[Any]],
    outputs: list[str] | None = None,
) -> list[NDArray[np.float32]]:
    """The named outputs, or all; every one of these models is an array."""
    return cast("list[NDArray[np.float32]]", session.run(outputs, inputs))


def _spoken(text: str) -> list[str]:
    return _NOT_SPOKEN.sub(" ", text.lower()).split()
