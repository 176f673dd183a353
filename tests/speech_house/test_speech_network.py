"""Templates as an automaton."""

from hassil import parse_sentence
import pytest

from halcyon.speech.language.automaton import Network, Slot
from halcyon.speech.language.automaton_builder import NetworkBuilder

_RULES = {"the": parse_sentence("(the|my)").expression}
_LISTS = {"color": [parse_sentence("red").expression, parse_sentence("warm[ white]").expression]}
_SLOTS = {"area": Slot("area"), "brightness": Slot("number", low=0, high=100)}


def _network(*templates: str) -> Network:
    builder = NetworkBuilder(_RULES, _LISTS, _SLOTS)
    for template in templates:
        builder.add(parse_sentence(template).expression)
    return builder.build()


def _ends(network: Network, text: str) -> frozenset[int]:
    state = network.START
    for word in text.split():
        by_text = {
            f"{{{label.kind}}}" if isinstance(label, Slot) else label: target
            for label, target in network.arcs(state).items()
        }
        if word not in by_text:
            return frozenset()
        state = by_text[word]
    return network.ends(state)


@pytest.mark.parametrize(
    ("template", "said", "unsaid"),
    [
        ("turn on [<the>] {name}", ["turn on {name}", "turn on my {name}"], ["turn on", "turn"]),
        ("light[s] (on|off)", ["light on", "lights off"], ["light s on", "on"]),
        ("{area}( |-)light", ["{area} light"], ["{area}light"]),
        ("(turn {area};on)", ["turn {area} on", "on turn {area}"], ["turn on"]),
        ("set {name} {color}", ["set {name} red", "set {name} warm white"], ["set {name} white"]),
        ("to {brightness}[%| percent]", ["to {number}", "to {number} percent"], ["to"]),
    ],
)
def test_a_template_says_what_it_says(template: str, said: list[str], unsaid: list[str]) -> None:
    network = _network(template)
    assert all(_ends(network, text) == {0} for text in said)
    assert not any(_ends(network, text) for text in unsaid)


def test_an_end_names_its_templates() -> None:
    network = _network("stop", "stop [it]", "go")
    assert _ends(network, "stop") == {0, 1}
    assert _ends(network, "stop it") == {1}


def test_what_cannot_be_spoken_is_left_out() -> None:
    builder = NetworkBuilder(_RULES, _LISTS, _SLOTS)
    assert not builder.add(parse_sentence("50%").expression)
    assert not builder.add(parse_sentence("buy {anything}").expression)
    assert not builder.add(parse_sentence("[maybe]  <unknown>").expression)
    assert not builder.build().arcs(Network.START)


def test_a_rule_that_refers_to_itself_is_left_out() -> None:
    builder = NetworkBuilder({"again": parse_sentence("and <again>").expression}, {}, {})
    assert not builder.add(parse_sentence("go <again>").expression)


def test_an_apostrophe_that_may_be_left_out_is_always_written() -> None:
    network = _network("what('s|s) up")
    assert set(network.arcs(network.START)) == {"what's"}
