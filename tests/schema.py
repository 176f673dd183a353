"""As much of JSON Schema as the published schemas use; what it does not know, it refuses."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

_FOLDER = Path(__file__).parents[1] / "docs" / "schemas"
_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_SAYS_NOTHING = frozenset({"$schema", "$id", "$defs", "title", "description", "default"})


class Published:
    """A schema of the documentation, by what it describes."""

    def __init__(self, name: str) -> None:
        self.schema = json.loads((_FOLDER / f"{name}.schema.json").read_text("utf-8"))

    def complaints(self, value: Any) -> list[str]:  # noqa: ANN401 - JSON
        """What does not hold, by place; nothing where everything does."""
        return [*self._complaints(value, self.schema, "document")]

    def _complaints(self, value: Any, schema: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - JSON
        for word, wish in schema.items():
            if word not in _SAYS_NOTHING and not self._holds(word, wish, value, schema):
                yield f"{place}: {word} {wish!r} is not met"
        if isinstance(value, dict):
            known = schema.get("properties", {})
            others = schema.get("additionalProperties", True)
            for key, member in value.items():
                inner = known.get(key, others)
                if isinstance(inner, dict):
                    yield from self._complaints(member, inner, f"{place}.{key}")
        if isinstance(value, list) and "items" in schema:
            for index, each in enumerate(value):
                yield from self._complaints(each, schema["items"], f"{place}[{index}]")

    def _holds(self, word: str, wish: Any, value: Any, schema: Any) -> bool:  # noqa: ANN401 - JSON
        match word:
            case "const":
                return bool(value == wish)
            case "enum":
                return value in wish
            case "required":
                return not isinstance(value, dict) or set(wish) <= value.keys()
            case "additionalProperties":
                known = schema.get("properties", {})
                is_open = wish is not False or not isinstance(value, dict)
                return is_open or value.keys() <= known.keys()
            case "oneOf":
                return sum(not any(self._complaints(value, each, "")) for each in wish) == 1
            case "$ref":
                definition = self.schema["$defs"][wish.rpartition("/")[2]]
                return not any(self._complaints(value, definition, ""))
            case "properties" | "items":
                return True
        return _is_within(word, wish, value)


def _is_within(word: str, wish: Any, value: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a single value is as its type and its limits say."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match word:
        case "type":
            return any(_is(value, name) for name in (wish if isinstance(wish, list) else [wish]))
        case "minimum":
            return not number or value >= wish
        case "maximum":
            return not number or value <= wish
        case "pattern":
            return not isinstance(value, str) or re.search(wish, value) is not None
        case "minLength" | "maxLength":
            return not isinstance(value, str) or _fits(word, len(value), wish)
        case "minItems" | "maxItems":
            return not isinstance(value, list) or _fits(word, len(value), wish)
    raise NotImplementedError(word)


def _fits(word: str, length: int, wish: int) -> bool:
    return length >= wish if word.startswith("min") else length <= wish


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[name])
