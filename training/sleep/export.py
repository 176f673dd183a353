"""What was learned, as the files that the engine reads; needs numpy, not JAX."""

import json
from pathlib import Path

from halcyon.sense.network import Network, load
from halcyon.sense.sleep.decision import Rule, rule_of
from training.network.export import write_network

NAME = "stages"


def write(folder: Path, network: Network, rule: Rule) -> None:
    """Write stages.json, stages.npz and stages_rule.json into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_network(network, folder, NAME)
    text = json.dumps(rule.to_json(), indent=1) + "\n"
    (folder / f"{NAME}_rule.json").write_text(text, encoding="utf-8")


def read(folder: Path) -> tuple[Network, Rule]:
    """What `write` wrote."""
    structure = (folder / f"{NAME}.json").read_bytes()
    network = load(structure, (folder / f"{NAME}.npz").read_bytes())
    return network, rule_of(json.loads((folder / f"{NAME}_rule.json").read_bytes()))
