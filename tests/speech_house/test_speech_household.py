"""Reading households."""

from hypothesis import given, strategies as st
import pytest

from halcyon.core.snapshot import Json
from halcyon.speech.language.household import (
    LONGEST_NAME,
    MOST_ENTRIES,
    Entity,
    Household,
    HouseholdError,
    Place,
    Turn,
    household_from_json,
)


def test_nothing_is_a_household() -> None:
    assert household_from_json({}) == Household()


def test_all_that_a_household_has() -> None:
    found = household_from_json(
        {
            "entities": [
                {"name": "Lamp", "aliases": ["Light", None], "area": "Den", "domain": "light"},
                None,
            ],
            "areas": [{"name": "Attic", "aliases": ["Loft"], "floor": "Top"}, "Cellar"],
            "floors": ["Top"],
            "contacts": ["Meg Jones"],
            "people": [{"name": "Aarav"}],
            "routines": ["Good Night"],
            "alarms": ["Weekdays"],
            "room": "Attic",
            "previous_turn": {"reply": "Which Meg?", "candidates": ["Meg Jones", "Meg Bauer"]},
            "surplus": {"anything": 1},
        }
    )
    assert found == Household(
        entities=(Entity("Lamp", ("Light",), "Den", "light"),),
        areas=(Place("Attic", ("Loft",), "Top"), Place("Cellar"), Place("Den")),
        floors=(Place("Top"),),
        contacts=(Place("Meg Jones"), Place("Aarav")),
        routines=("Good Night",),
        alarms=("Weekdays",),
        room="Attic",
        previous=Turn("Which Meg?", ("Meg Jones", "Meg Bauer")),
    )


def test_an_empty_list_of_phrases_is_not_no_list() -> None:
    assert household_from_json({"phrases": []}).phrases == ()
    assert household_from_json({"phrases": None}).phrases is None


def test_names_are_cleaned() -> None:
    found = household_from_json({"entities": [{"name": " Bed\x00\n  la\u200bmp "}]})
    assert found.entities[0].name == "Bed la mp"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "household must be an object"),
        ({"entities": {}}, "entities must be a list"),
        ({"entities": [{}]}, r"entities\[0\]: name must be a text"),
        ({"entities": [{"name": "Lamp", "area": 3}]}, r"entities\[0\]: area must be a text"),
        ({"entities": [{"name": "\x00"}]}, r"entities\[0\]: name must be a text"),
        ({"areas": [7]}, r"areas\[0\] must be a text"),
        ({"phrases": ["yes", {}]}, r"phrases\[1\] must be a text"),
        ({"previous_turn": "no"}, "previous_turn must be an object"),
        ({"floors": ["x" * (LONGEST_NAME + 1)]}, "longer than"),
        ({"phrases": ["x"] * (MOST_ENTRIES + 1)}, "at most"),
    ],
)
def test_errors_name_the_place(document: Json, place: str) -> None:
    with pytest.raises(HouseholdError, match=place):
        household_from_json(document)


_KEYS = st.sampled_from(
    ["entities", "areas", "floors", "contacts", "phrases", "previous_turn", "name", "aliases", "x"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_a_household_or_a_household_error(document: Json) -> None:
    try:
        found = household_from_json(document)
    except HouseholdError:
        return
    assert isinstance(found, Household)
