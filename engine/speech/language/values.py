"""What fills the slots of sentences: names of the household, and numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from .automaton import Slot
from .household import Entity, Household
from .pronunciation import Knows, sounds_of
from .spoken_forms import number_words, spoken_forms


@dataclass(frozen=True, slots=True)
class Value:
    """One filling of a slot.

    `spoken` are ways to say it in a recogniser's words, `sounds` the phones of each of these and of
    the name as it is written. `entities` are the things that it may mean, none for other values.
    """

    written: str
    spoken: tuple[str, ...]
    sounds: tuple[str, ...]
    entities: tuple[Entity, ...] = ()


class Values:
    """All fillings in one household, for one recogniser."""

    def __init__(self, household: Household, knows: Knows) -> None:
        self._language = household.language
        self._knows = knows
        self._sounds = sounds_of(household.language)
        named: dict[str, list[Entity]] = {}
        for entity in household.entities:
            for name in entity.names:
                named.setdefault(name, []).append(entity)
        self._names = [
            value for name, entities in named.items() if (value := self._value(name, entities))
        ]
        self._others: Mapping[str, tuple[Value, ...]] = {
            "area": self._all(name for area in household.areas for name in area.names),
            "floor": self._all(name for floor in household.floors for name in floor.names),
            "contact": self._all(name for each in household.contacts for name in each.names),
            "routine": self._all(household.routines),
            "alarm": self._all(household.alarms),
        }
        self._found: dict[Slot, tuple[Value, ...]] = {}

    def of(self, slot: Slot) -> tuple[Value, ...]:
        """What may fill a slot."""
        found = self._found.get(slot)
        if found is None:
            found = self._found[slot] = tuple(self._fill(slot))
        return found

    @property
    def terms(self) -> Iterator[str]:
        """All names."""
        for values in (self._names, *self._others.values()):
            for value in values:
                yield value.written

    def _fill(self, slot: Slot) -> Iterable[Value]:
        if slot.kind == "number":
            return _numbers(slot, self._language, self._knows)
        if slot.kind != "name":
            return self._others.get(slot.kind, ())
        if slot.domains is None:
            return self._names
        return (value for value in self._names if _fits(value, slot.domains))

    def _all(self, names: Iterable[str]) -> tuple[Value, ...]:
        return tuple(value for name in dict.fromkeys(names) if (value := self._value(name, ())))

    def _value(self, name: str, entities: Iterable[Entity]) -> Value | None:
        spoken = spoken_forms(name, self._knows, self._sounds, self._language)
        if not spoken:
            return None
        said = dict.fromkeys((*spoken, " ".join(name.casefold().split())))
        sounds = tuple(dict.fromkeys("".join(map(self._sounds, text.split())) for text in said))
        return Value(name, spoken, sounds, tuple(entities))


def _fits(value: Value, domains: frozenset[str]) -> bool:
    """Whether a name may mean something of these domains; what has none may be anything."""
    return any(entity.domain is None or entity.domain in domains for entity in value.entities)


@cache
def _numbers(slot: Slot, language: str, knows: Knows) -> tuple[Value, ...]:
    """Numbers that a recogniser can hear."""
    sounds = sounds_of(language)
    found = []
    for number in range(slot.low, slot.high + 1, slot.step):
        forms = [number_words(number, language)]
        if slot.halves:
            # Only the halves of temperatures that rooms have; they would be half of all phrases.
            forms.append(number_words(number + 0.5, language))
        for text in forms:
            spoken = tuple(spoken_forms(text, knows, sounds, language))
            if spoken:
                found.append(Value(text, spoken, ("".join(map(sounds, text.split())),)))
    return tuple(found)
