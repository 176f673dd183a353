"""Everything that hears, loaded once for all utterances of a host."""

from pathlib import Path

from .endpointing import Patience
from .grammar import Grammar, compile_grammar
from .household import Household
from .hypothesis import Pass
from .listener import Ears, Listener
from .models.folder import ModelError, whole_model
from .models.manifest import Model, models_for
from .recogniser import Recogniser
from .voice_activity import VoiceActivity
from .vosk import VoskModel


class Engines:
    """The models of one language, in memory; any number of threads may open listeners."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        """Load them from `folder`, in about a second.

        Raises MissingModelError for a model that must be fetched first, and ModelError for a
        language that has none.
        """
        self.language = language
        self._first = VoskModel(whole_model(_model(language, "vosk"), folder))

    def compile(self, household: Household) -> Grammar:
        """What may be said in a household, in words that the first pass knows."""
        return compile_grammar(household, self._first.knows)

    def listener(
        self, household: Household, grammar: Grammar, patience: Patience | None = None
    ) -> Listener:
        """One that hears an utterance; `grammar` is what `compile` made of the household."""
        ears = Ears(
            grammar=self._first.recogniser(Pass.GRAMMAR),
            free=self._first.recogniser(Pass.FREE),
            second=self._second(),
            detector=VoiceActivity(),
        )
        return Listener(ears, household, grammar, patience)

    def _second(self) -> Recogniser | None:
        return None


def _model(language: str, engine: str) -> Model:
    for model in models_for(language):
        if model.engine == engine:
            return model
    raise ModelError(f"no speech model is known for the language '{language}'")
