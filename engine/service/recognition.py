"""The models of speech, loaded when they are there, and what each home makes of them."""

import asyncio
from dataclasses import replace
from functools import lru_cache
import logging
from pathlib import Path

from ..speech.endpointing import Patience
from ..speech.engines import Engines
from ..speech.hypothesis import Hypothesis, Pass
from ..speech.language.grammar import Grammar
from ..speech.language.household import Household
from ..speech.models.folder import ModelError, models_folder
from ..speech.verdict.rescoring import Verdict, choose
from .hearing import Asked, HearingError, Listener
from .stopping import stopped_within
from .tempos import Tempos

_LOGGER = logging.getLogger(__name__)

_LOOK_AGAIN = 30.0
"""Seconds after which models that were missing may have been fetched."""

_HOMES = 8
"""Households that stay compiled: one, and what the turns of some conversations expect."""


class Recognition:
    """Opens listeners once the models of a language are there.

    `slower` is by what factor pauses are longer in this home than elsewhere, from 1; rooms in
    which people pause even longer are learned.
    """

    def __init__(self, folder: Path | None, language: str, slower: float = 1.0) -> None:
        self.language = language
        self._slower = slower
        self._folder = folder or models_folder()
        self._engines: Engines | None = None
        self._missing = "the speech models are being loaded; try again in a moment"
        self._tempos = Tempos()
        self._compiled = lru_cache(maxsize=_HOMES)(self._compile)

    @property
    def is_ready(self) -> bool:
        """Whether anything can be heard."""
        return self._engines is not None

    async def load(self, stop: asyncio.Event) -> None:
        """Load the models, and as long as they are missing, look again now and then."""
        told = ""
        while not stop.is_set():
            try:
                self._engines = await asyncio.to_thread(self._loaded)
            except ModelError as error:
                self._missing = str(error)
            else:
                _LOGGER.info("Speech is heard in the language %s", self.language)
                return
            if self._missing != told:
                told = self._missing
                _LOGGER.warning("Speech is not heard: %s", told)
            await stopped_within(stop, _LOOK_AGAIN)

    def open(self, asked: Asked) -> Listener:
        """Begin an utterance, blocking; raises HearingError where nothing can be heard."""
        engines = self._ready()
        wanted = asked.language
        if wanted is not None and wanted.split("-")[0].lower() != engines.language:
            raise HearingError(
                "bad-language", f"{wanted} is not heard here, only {engines.language}"
            )
        room = asked.household.room
        patience = Patience().slower(self._slower * max(asked.slower, self._tempos.slower(room)))
        grammar = self._grammar(asked.household)
        return self._tempos.learning(engines.listener(asked.household, grammar, patience), room)

    def read(self, text: str, household: Household) -> Verdict:
        """What a text that somebody else recognised means in a home; blocking.

        Raises HearingError.
        """
        self._ready()
        heard = Hypothesis(text.lower(), 0.0, (), Pass.FREE)
        return choose([heard], household, self._grammar(household))

    def _loaded(self) -> Engines:
        engines = Engines(self._folder, self.language)
        # The first home takes a second longer, for which nobody should wait with a command.
        engines.compile(Household())
        return engines

    def _grammar(self, household: Household) -> Grammar:
        """What may be said does not hang on what is on or off, which changes all the time."""
        entities = tuple(replace(entity, state=None) for entity in household.entities)
        return self._compiled(replace(household, entities=entities))

    def _ready(self) -> Engines:
        if self._engines is None:
            raise HearingError("no-model", self._missing)
        return self._engines

    def _compile(self, household: Household) -> Grammar:
        return self._ready().compile(household)
