"""The ready-made sentences that a language's speakers say to their homes.

Three sets: `everyday` is what Home Assistant's own closed recogniser listens for (the
`speech_to_phrase` templates in home-assistant-intents), `all` is every template that its
conversation agent understands (the intents of the same package), `own` is what Halcyon adds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
import json
from typing import Any

from hassil import Expression, parse_sentence
from home_assistant_intents import get_intents, get_speech_to_phrase_intents

from .automaton import Network, Slot
from .automaton_builder import NetworkBuilder

DICTATION = Slot("text")

_OWN_SLOTS = {
    "area": Slot("area"),
    "floor": Slot("floor"),
    "contact": Slot("contact"),
    "routine": Slot("routine"),
    "alarm": Slot("alarm"),
}


_WORDING = {"clarify": "{}? {}?"}
"""What languages say that have no words of their own for it."""


_DICTATED = frozenset({"message", "shopping_list_item", "timer_name", "todo_list_item"})
"""Lists of Home Assistant that stand for any words. The other such lists ("play" anything,
anything "in five minutes", anybody in "any zone") would make commands of most talk."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with what it asks for.

    `intent` is Home Assistant's name of it, or Halcyon's own. `domains` limit the names within the
    sentence, where anything does; `domain` is what it is about where it names no thing.
    """

    expression: Expression
    intent: str
    domains: frozenset[str] | None
    domain: str | None


@dataclass(frozen=True, slots=True)
class SentenceSet:
    """Templates with what they refer to, and what matters of their words.

    `courtesies` stand before and after sentences, `calls` before a name in front of them,
    `articles` anywhere, and say nothing; words that have `opposites` say most. `wording` are the
    home's own sentences, by what they are for.
    """

    templates: tuple[Template, ...]
    rules: Mapping[str, Expression]
    lists: Mapping[str, tuple[Expression, ...]]
    slots: Mapping[str, Slot]
    courtesies: tuple[str, ...]
    calls: frozenset[str]
    articles: frozenset[str]
    opposites: frozenset[str]
    wording: Mapping[str, str]

    def network(self) -> Network:
        """All templates as an automaton."""
        builder = NetworkBuilder(self.rules, self.lists, self.slots)
        for template in self.templates:
            builder.add(template.expression, template.domains)
        return builder.build()


@cache
def everyday(language: str) -> SentenceSet:
    """What most people say most often; for languages without such a list, all sentences."""
    found = get_speech_to_phrase_intents(language)
    return everything(language) if found is None else _read(found, _own(language))


@cache
def everything(language: str) -> SentenceSet:
    """All templates of a language, none for one that is not known."""
    return _read(get_intents(language) or {}, _own(language))


def _own(language: str) -> dict[str, Any]:
    path = resources.files(__package__) / "sentences" / f"{language}.json"
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _read(document: Mapping[str, Any], own: Mapping[str, Any]) -> SentenceSet:
    rules = {
        name: parse_sentence(text).expression
        for part in (document, own)
        for name, text in part.get("expansion_rules", {}).items()
    }
    lists: dict[str, tuple[Expression, ...]] = {}
    slots = dict(_OWN_SLOTS)
    for part in (document, own):
        for name, body in part.get("lists", {}).items():
            if "values" in body:
                lists[name] = tuple(_value(value) for value in body["values"])
            elif "range" in body:
                slots[name] = _range(body["range"])
            elif name in _DICTATED:
                slots[name] = DICTATION
    templates = tuple(
        template for part in (document, own) for template in _templates(part.get("intents", {}))
    )
    courtesies = tuple(document.get("skip_words", ()))
    return SentenceSet(
        templates,
        rules,
        lists,
        slots,
        courtesies,
        frozenset(own.get("calls", ())),
        frozenset(own.get("articles", ())),
        frozenset(word for words in own.get("opposites", ()) for word in words),
        {**_WORDING, **own.get("wording", {})},
    )


def _templates(intents: Mapping[str, Any]) -> Iterator[Template]:
    for intent, body in intents.items():
        for block in body.get("data", ()):
            domains = block.get("requires_context", {}).get("domain")
            if isinstance(domains, str):
                domains = [domains]
            limited = None if domains is None else frozenset(domains)
            about = block.get("slots", {}).get("domain")
            for sentence in block.get("sentences", ()):
                yield Template(parse_sentence(sentence).expression, intent, limited, about)


def _value(value: str | Mapping[str, Any]) -> Expression:
    return parse_sentence(value if isinstance(value, str) else value["in"]).expression


def _range(body: Mapping[str, Any]) -> Slot:
    return Slot(
        "number",
        low=int(body["from"]),
        high=int(body["to"]),
        step=int(body.get("step", 1)),
        halves=body.get("fractions") == "halves",
    )
