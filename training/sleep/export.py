"""What was learned, as the files that the engine reads; needs numpy, not JAX."""

from collections.abc import Iterable
import json
from pathlib import Path

from halcyon.sense.network import Network, load
from halcyon.sense.sleep.decision import Rule, rule_from_json
from training.network.export import write_network

NAME = "stages"


def write(folder: Path, network: Network, rule: Rule, people: Iterable[str]) -> None:
    """Write stages.json, stages.npz, stages_rule.json and stages_people.json into a folder.

    The last says whom the network learned from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_network(network, folder, NAME)
    for part, document in (("rule", rule.to_json()), ("people", sorted(people))):
        text = json.dumps(document, indent=1) + "\n"
        (folder / f"{NAME}_{part}.json").write_text(text, encoding="utf-8")


def read(folder: Path) -> tuple[Network, Rule]:
    """What `write` wrote."""
    structure = (folder / f"{NAME}.json").read_bytes()
    network = load(structure, (folder / f"{NAME}.npz").read_bytes())
    return network, rule_from_json(json.loads((folder / f"{NAME}_rule.json").read_bytes()))
