"""The arithmetic by which spoken commands are judged."""

import numpy as np
import pytest
from tests.speech_house.conftest import knows

from halcyon.evaluate.speech.coffee import ordered
from halcyon.evaluate.speech.noise import kitchen, mixed
from halcyon.evaluate.speech.scoring import same, separation
from halcyon.evaluate.speech.utterances import Kind, home
from halcyon.evaluate.statistics import Share
from halcyon.speech.language.grammar import compile_grammar
from halcyon.speech.recognisers.recogniser import RATE


@pytest.mark.parametrize(
    ("heard", "said", "right"),
    [
        ("Turn on the Lamp.", "turn on the lamp", True),
        ("set it to 25%", "set it to twenty-five percent", True),
        ("what\u2019s the time?", "what's the time", True),
        ("turn off the lamp", "turn on the lamp", False),
        ("turn on lamp", "turn on the lamp", False),
    ],
)
def test_words_are_compared_and_not_how_they_are_written(
    heard: str, said: str, right: bool
) -> None:
    assert same(heard, said) is right


def test_the_slots_of_an_order() -> None:
    text = "Can I get a double shot medium roast large iced mocha with a bit of soy milk and sugar"
    assert ordered(text) == {
        "numberOfShots": "double shot",
        "roast": "medium roast",
        "size": "large",
        "coffeeDrink": "iced mocha",
        "milkAmount": "a bit of soy milk",
        "sugarAmount": "sugar",
    }
    assert ordered("a medium latte") == {"size": "medium", "coffeeDrink": "latte"}
    assert ordered("good morning") == {}


def test_noise_is_as_loud_as_it_is_said_to_be() -> None:
    time = np.arange(2 * RATE) / RATE
    tone = (8000 * np.sin(2 * np.pi * 440 * time)).astype("<i2")
    noisy = np.frombuffer(mixed(tone.tobytes(), 12.0, 1), "<i2").astype(np.float64)
    noise = noisy - tone
    ratio = 10 * np.log10((tone.astype(np.float64) ** 2).mean() / (noise**2).mean())
    assert ratio == pytest.approx(12.0, abs=0.2)
    assert mixed(tone.tobytes(), 12.0, 1) != mixed(tone.tobytes(), 12.0, 2)
    assert float((kitchen(RATE, 3) ** 2).mean()) == pytest.approx(1.0)


def test_separation_counts_at_the_acceptance_of_these_commands() -> None:
    good = np.linspace(0.5, 1.0, 100)
    bad = np.array([0.1, 0.2, 0.6, 0.51])
    found = separation(good, bad, 0.55)
    assert found.passing == Share(1, 4)
    assert found.accepted == Share(1, 4)
    assert 0.9 < found.area < 1.0


@pytest.mark.parametrize("name", ["judged", "development"])
def test_homes_hold_what_they_promise(name: str) -> None:
    found = home(name)
    kinds = [each.kind for each in found.utterances]
    assert kinds.count(Kind.COMMAND) > 200
    assert min(kinds.count(kind) for kind in Kind) > 20
    texts = [each.text.casefold() for each in found.utterances]
    assert len(set(texts)) == len(texts)
    assert not any("{" in text for text in texts)


def test_the_two_homes_share_no_name() -> None:
    judged, development = (
        {entity.name for entity in home(name).household.entities}
        for name in ("judged", "development")
    )
    assert len(judged) == 60
    assert judged.isdisjoint(development)


def test_commands_are_such_that_home_assistant_understands() -> None:
    found = home("judged")
    grammar = compile_grammar(found.household, knows)
    commands = [each.text for each in found.utterances if each.kind is Kind.COMMAND]
    unknown = [text for text in commands if not grammar.is_complete(text)]
    assert not unknown
