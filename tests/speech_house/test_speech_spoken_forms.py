"""How names are said."""

from hypothesis import given, strategies as st
import pytest
from tests.speech_house.conftest import knows

from halcyon.speech.language.pronunciation import distance, plain, sounds_of
from halcyon.speech.language.spoken_forms import MOST_FORMS, said, spoken_forms

SOUNDS = sounds_of("en")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Standing Lamp", "standing lamp"),
        ("EcoBee", "eco bee"),
        ("Nanoleaf", "nano leaf"),
        ("Chromecast", "chrome cast"),
        ("Bedroom 2", "bedroom two"),
        ("Zone 101", "zone one zero one"),
        ("TV", "t v"),
        ("N Window", "north window"),
        ("Fan N°5", "fan north degrees five"),
        ("Office Temp", "office temperature"),
        ("Power (kWh)", "power kilowatt hours"),
        ("TRÅDFRI", "trad free"),
        ("Lamp @ 50%", "lamp at fifty percent"),
    ],
)
def test_names_are_said(name: str, form: str) -> None:
    assert form in spoken_forms(name, knows, SOUNDS)


def test_units_after_figures_are_no_points_of_the_compass() -> None:
    assert spoken_forms("60 W", knows, SOUNDS)[0] == "sixty w"


@given(st.text(max_size=30))
def test_forms_are_of_known_words_whatever_the_name(name: str) -> None:
    forms = spoken_forms(name, knows, SOUNDS)
    assert len(forms) <= MOST_FORMS
    numbers_and_letters = {"zero", "point"}
    for form in forms:
        assert all(
            knows(word) or len(word) == 1 or word in numbers_and_letters for word in form.split()
        )


def test_forms_of_one_name_sound_different() -> None:
    forms = spoken_forms("ecobee", knows, SOUNDS)
    assert len({"".join(map(SOUNDS, form.split())) for form in forms}) == len(forms) > 0


def test_figures_of_transcripts_are_read_out() -> None:
    assert said("set it to 25%", "en") == "set it to twenty five percent"
    assert said("21.5°", "en") == "twenty one point five degrees"
    assert said("the lamp's on", "en") == "the lamp's on"


def test_confusable_sounds_are_nearer() -> None:
    assert distance("bæt", "pæt") == 0.5
    assert distance("bæt", "sæt") == 1.0
    assert distance("bæt", "bæt") == 0.0


def test_a_compound_that_is_not_known_is_said_by_the_fewest_words_that_are() -> None:
    known = {"garten", "garten" + "tor", "tor", "licht", "g", "arten"}

    def forms(word: str) -> tuple[str, ...]:
        return spoken_forms(word, known.__contains__, plain, "de")

    assert forms("Gartentorlicht") == ("gartentor licht",)
    assert forms("Gartenzwerg") == ()
