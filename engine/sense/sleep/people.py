"""Whom the shipped network learned from, by the names of the data sets: no evidence is theirs."""

from importlib import resources
import json

_FILE = "stages_people.json"


def _read() -> frozenset[str]:
    file = resources.files(__package__) / _FILE
    return frozenset(json.loads(file.read_bytes()))


LEARNED_FROM = _read()
