"""Cross-validation: everybody judged by a network, and a rule, that never saw them.

People are dealt out to folds. For every fold a network is trained on all of the others, and a rule
is chosen among the others: each of their folds is told by a network that saw neither it nor the
one that is judged. Nothing of a fold is in its network or its rule. A network without two folds
serves both. Networks are trained again with other seeds, the rules and the folds stay.
Gradient boosting of scikit-learn learns from the same people and the same numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from halcyon.core.snapshot import Json
from halcyon.evaluate.sleep.agreement import STAGES
from halcyon.sense.network import Network, load
from halcyon.sense.sleep.decision import Rule, rule_from_json
from training.network.export import write_network

from .corpus import whole
from .ensemble import side_by_side
from .export import NAME
from .fitting import Course, trained
from .learning import MEMBERS, dealt, rule_by
from .recorded import UNSCORED, Recorded, gathered

FOLDS = 5
SEEDS = 5
SETS = ("sleep_accel", "slpdb")
TREES = 120
_DEALT = 1
"""The seed by which people are dealt out."""

type Told = Callable[[str], None]


def crossed(
    data: Path, work: Path, seed: int, told: Told
) -> tuple[dict[str, tuple[Network, Rule]], dict[str, list[str | None]]]:
    """By person the network and rule of their fold; and by night what boosting says of it.

    What boosting says is a stage's name an epoch of the reference, and None where nobody scored.
    Everything is kept in `work`, so that a run that was stopped goes on. As the shipped network
    is several side by side, so are these: a seed's own and those of the next seeds, which saves
    most of the time.
    """
    nights = gathered(data, work, SETS, told)
    fold_of = dealt(nights, FOLDS, _DEALT)
    networks: dict[str, tuple[Network, Rule]] = {}
    boosted: dict[str, list[str | None]] = {}
    for fold in range(FOLDS):
        others = [night for night in nights if fold_of[night.person] != fold]
        own = [night for night in nights if fold_of[night.person] == fold]
        kept = work / f"fold_{fold}"
        told(f"seed {seed}, fold {fold + 1} of {FOLDS}")
        rule = _kept(kept / "rule.json", partial(_rule, nights, fold_of, fold, work))
        boosted |= _kept(kept / "boosting.json", partial(boosting, others, own))
        every = [
            _network(kept / f"seed_{one}", others, one * FOLDS + fold)
            for one in ((seed - 1 + member) % SEEDS + 1 for member in range(MEMBERS))
        ]
        both = side_by_side(every), rule_from_json(rule)
        networks |= dict.fromkeys((night.person for night in own), both)
    return networks, boosted


def _network(folder: Path, nights: Sequence[Recorded], seed: int) -> Network:
    """The network of a folder, trained where there is none."""
    if not (folder / f"{NAME}.npz").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_network(trained(nights, Course(seed=seed)), folder, NAME)
    return load((folder / f"{NAME}.json").read_bytes(), (folder / f"{NAME}.npz").read_bytes())


def _kept[Document](file: Path, make: Callable[[], Document]) -> Document:
    """What is in a file, made and written where it is not there."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(make()), encoding="utf-8")
    found: Document = json.loads(file.read_text(encoding="utf-8"))
    return found


def _rule(nights: Sequence[Recorded], fold_of: Mapping[str, int], fold: int, work: Path) -> Json:
    """The rule of a fold, by what is said of the others."""
    networks: dict[str, Network] = {}
    for inner in range(FOLDS):
        if inner == fold:
            continue
        first, second = sorted((fold, inner))
        network = _network(
            work / f"without_{first}_{second}",
            [night for night in nights if fold_of[night.person] not in (first, second)],
            FOLDS**3 + first * FOLDS + second,
        )
        networks |= dict.fromkeys((who for who, its in fold_of.items() if its == inner), network)
    others = [night for night in nights if fold_of[night.person] != fold]
    return rule_by(others, networks).to_json()


def boosting(
    others: Sequence[Recorded], own: Sequence[Recorded], trees: int = TREES
) -> dict[str, list[str | None]]:
    """What gradient boosting says of nights, learned from others of the same set."""
    said: dict[str, list[str | None]] = {}
    for name in sorted({night.source for night in own}):
        learn = [night for night in others if night.source == name]
        judge = [night for night in own if night.source == name]
        if not learn:
            continue
        x, y = whole(learn)
        known = y != UNSCORED
        forest = HistGradientBoostingClassifier(
            max_iter=trees,
            learning_rate=0.07,
            max_leaf_nodes=15,
            l2_regularization=1.0,
            random_state=0,
        )
        forest.fit(x[known], y[known])
        x, y = whole(judge)
        for n, night in enumerate(judge):
            scored = night.stages != UNSCORED
            codes = np.full(len(night), UNSCORED)
            if scored.any():
                codes[scored] = forest.predict(x[n, : len(night)][scored])
            stages = [None if code == UNSCORED else str(STAGES[code]) for code in codes.tolist()]
            said[night.night] = stages[night.lead :]
    return said
