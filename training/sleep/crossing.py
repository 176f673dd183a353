"""Cross-validation: everybody judged by a network, and a rule, that never saw them.

People are dealt out to folds, anew for each seed. For every fold a network is learned from the
others, and its rule is chosen among the others alone, so that nothing of the fold is in either.
Gradient boosting of scikit-learn learns from the same people and the same numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from halcyon.evaluate.sleep.agreement import STAGES
from halcyon.sense.network import Network
from halcyon.sense.sleep.decision import Rule

from .corpus import whole
from .export import read, write
from .fitting import Course
from .learning import dealt, learned
from .recorded import UNSCORED, Recorded, gathered

FOLDS = 5
SETS = ("sleep_accel", "slpdb")
PARTS = 2
MEMBERS = 2
"""Parts fewer than for the shipped network, which takes less time and flatters nobody."""

TREES = 120

type Told = Callable[[str], None]


def crossed(
    data: Path, work: Path, seed: int, told: Told
) -> tuple[dict[str, tuple[Network, Rule]], dict[str, list[str | None]]]:
    """By person the network and rule of their fold; and by night what boosting says of it.

    What boosting says is a stage's name an epoch, from the first that was scored or sensed, and
    None where nobody scored. Everything is kept in `work`, so that a run that was stopped goes on.
    """
    nights = gathered(data, work, SETS, told)
    fold_of = dealt(nights, FOLDS, seed)
    networks: dict[str, tuple[Network, Rule]] = {}
    boosted: dict[str, list[str | None]] = {}
    for fold in range(FOLDS):
        kept = work / f"seed_{seed}" / f"fold_{fold}"
        others = [night for night in nights if fold_of[night.person] != fold]
        own = [night for night in nights if fold_of[night.person] == fold]
        if not (kept / "stages_rule.json").is_file():
            told(f"seed {seed}, fold {fold + 1} of {FOLDS}")
            course = replace(Course(), seed=seed * FOLDS + fold + FOLDS)
            found = learned(others, course, members=MEMBERS, parts=PARTS, told=told)
            write(kept, found.network, found.rule, {night.person for night in others})
        if not (kept / "boosting.json").is_file():
            told(f"seed {seed}, fold {fold + 1} of {FOLDS}: boosting")
            said = boosting(others, own)
            (kept / "boosting.json").write_text(json.dumps(said), encoding="utf-8")
        networks |= dict.fromkeys((night.person for night in own), read(kept))
        boosted |= json.loads((kept / "boosting.json").read_text(encoding="utf-8"))
    return networks, boosted


def boosting(
    others: Sequence[Recorded], own: Sequence[Recorded], trees: int = TREES
) -> dict[str, list[str | None]]:
    """What gradient boosting says of nights, learned from others of the same set."""
    said: dict[str, list[str | None]] = {}
    for name in sorted({night.night.split("/")[0] for night in own}):
        learn = [night for night in others if night.night.startswith(f"{name}/")]
        judge = [night for night in own if night.night.startswith(f"{name}/")]
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
