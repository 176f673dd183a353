"""As much of JSON Schema as the published schema uses; what it does not know, it refuses."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/schemas/night-report.schema.json").read_text("utf-8")
)
_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_SAYS_NOTHING = frozenset({"$schema", "$id", "$defs", "title", "description"})


def complaints(value: Any, schema: Any = SCHEMA, place: str = "night") -> Iterator[str]:  # noqa: ANN401 - JSON
    """What does not hold, by place; nothing where everything does."""
    for word, wish in schema.items():
        if word not in _SAYS_NOTHING and not _holds(word, wish, value, schema):
            yield f"{place}: {word} {wish!r} is not met"
    if isinstance(value, dict):
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for key, member in value.items():
            inner = known.get(key, others)
            if isinstance(inner, dict):
                yield from complaints(member, inner, f"{place}.{key}")
    if isinstance(value, list) and "items" in schema:
        for index, each in enumerate(value):
            yield from complaints(each, schema["items"], f"{place}[{index}]")


def _holds(word: str, wish: Any, value: Any, schema: Any) -> bool:  # noqa: ANN401, C901 - one branch a keyword
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match word:
        case "type":
            names = wish if isinstance(wish, list) else [wish]
            return any(_is(value, name) for name in names)
        case "const":
            return bool(value == wish)
        case "enum":
            return value in wish
        case "minimum":
            return not number or value >= wish
        case "maximum":
            return not number or value <= wish
        case "pattern":
            return not isinstance(value, str) or re.search(wish, value) is not None
        case "required":
            return not isinstance(value, dict) or set(wish) <= value.keys()
        case "additionalProperties":
            known = schema.get("properties", {})
            return wish is not False or not isinstance(value, dict) or value.keys() <= known.keys()
        case "oneOf":
            return sum(not any(complaints(value, each)) for each in wish) == 1
        case "$ref":
            return not any(complaints(value, SCHEMA["$defs"][wish.rpartition("/")[2]]))
        case "properties" | "items":
            return True
    raise NotImplementedError(word)


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])
