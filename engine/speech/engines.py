"""Everything that hears, loaded once for all utterances of a host."""

from pathlib import Path
from typing import Literal

from .endpointing import Patience
from .hypothesis import Pass
from .language.grammar import Grammar, compile_grammar
from .language.household import Household
from .listener import Ears, Listener
from .models.folder import MissingModelError, ModelError, whole_model
from .models.manifest import Model, models_for
from .recognisers.memory import keep_little
from .recognisers.moonshine import MoonshineModel
from .recognisers.recogniser import Recogniser
from .recognisers.sherpa import SherpaModel
from .recognisers.voice_activity import VoiceActivity
from .recognisers.vosk import VoskModel


class Engines:
    """The models of one language, in memory; any number of threads may open listeners.

    `missing` names models that are not there and without which less is understood: without a
    second pass the first has the last word.
    """

    def __init__(self, folder: Path, language: str = "en") -> None:
        """Load them from `folder`, in one or two seconds.

        Raises MissingModelError for a model that must be fetched first, and ModelError for a
        language that has none.
        """
        known = {model.engine: model for model in models_for(language)}
        if "vosk" not in known:
            raise ModelError(f"no speech model is known for the language '{language}'")
        keep_little()
        self.language = language
        self.missing: tuple[str, ...] = ()
        self._first = VoskModel(whole_model(known["vosk"], folder))
        transducer = folder / f"sherpa-{language}"
        self._free = SherpaModel(transducer) if transducer.is_dir() else None
        self._second = self._second_pass(known.get("moonshine"), folder)

    def compile(self, household: Household) -> Grammar:
        """What may be said in a household, in words that the first pass knows."""
        return compile_grammar(household, self._first.knows)

    def first_pass(self, source: Literal[Pass.GRAMMAR, Pass.FREE]) -> Recogniser:
        """One of the two streaming passes by itself, for those who measure."""
        if source is Pass.FREE and self._free is not None:
            return self._free.recogniser()
        return self._first.recogniser(source)

    def second_pass(self) -> Recogniser | None:
        """The pass that hears an utterance again, None where its model is missing."""
        return None if self._second is None else self._second.recogniser()

    def listener(
        self, household: Household, grammar: Grammar, patience: Patience | None = None
    ) -> Listener:
        """One that hears an utterance; `grammar` is what `compile` made of the household."""
        ears = Ears(
            grammar=self.first_pass(Pass.GRAMMAR),
            free=self.first_pass(Pass.FREE),
            second=self.second_pass(),
            detector=VoiceActivity(),
        )
        return Listener(ears, household, grammar, patience)

    def _second_pass(self, model: Model | None, folder: Path) -> MoonshineModel | None:
        if model is None:
            return None
        try:
            return MoonshineModel(whole_model(model, folder))
        except MissingModelError as error:
            self.missing += (error.name,)
            return None
