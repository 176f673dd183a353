"""Recordings of people who order coffee, and what each of them ordered.

`coffee_commands` of the project's data: 16 kHz recordings by many speakers with intent and slots,
and the example sentences that the engines of the original benchmark were given as well (Picovoice,
speech-to-intent-benchmark, Apache-2.0).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import re

_AMOUNT = r"(?:(?:some|lots of|a lot of|a bit of|a little bit of) )?"

_SLOTS = {
    "coffeeDrink": re.compile(
        r"(?:iced|drip|house) coffee|iced mocha|coffee|mocha|espresso|americano|cappuccino|latte"
    ),
    "roast": re.compile(r"(?:light|medium|dark) roast"),
    "size": re.compile(r"(?:eight|twelve|sixteen|twenty) ounce|small|large|medium(?! roast)"),
    "numberOfShots": re.compile(r"(?:single|double|triple) shot"),
    "milkAmount": re.compile(rf"{_AMOUNT}(?:(?:soy|skim|whole|almond) )?(?:milk|cream)"),
    "sugarAmount": re.compile(rf"{_AMOUNT}(?:(?:brown )?sugar|sweetener)"),
}
"""What the slots of an order look like in words, the longer before the shorter."""


@dataclass(frozen=True, slots=True)
class Order:
    """One recording and its slots."""

    path: Path
    slots: Mapping[str, str]


def orders(folder: Path) -> Iterator[Order]:
    """The recordings that are there, by name. Raises OSError where the labels are missing."""
    labels = json.loads((folder / "label" / "label.json").read_text(encoding="utf-8"))
    for path in sorted((folder / "speech").glob("*.wav")):
        wanted = labels[path.name]["slots"]
        yield Order(path, {slot: value.strip() for slot, value in wanted.items()})


def phrases(folder: Path) -> list[str]:
    """The example sentences."""
    text = (folder / "phrases" / "corpus.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]


def ordered(text: str) -> dict[str, str]:
    """The slots of a transcript, as the labels name them."""
    text = text.casefold()
    found = {slot: pattern.search(text) for slot, pattern in _SLOTS.items()}
    return {slot: match.group() for slot, match in found.items() if match is not None}
