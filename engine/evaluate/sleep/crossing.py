"""Cross-validation: everybody staged by a network that never saw them, several times over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import json
from pathlib import Path

from ...core.sleep import Stage
from ..repository import NoTrainingError, training
from .agreement import Judged
from .network import Weights, staged
from .recordings.night import Night
from .sensing import sensed_epochs
from .stager import Epoch, as_judged, wakeful
from .staging import Staging

OURS = "Halcyon, cross-validated"
LOOKED_BACK = "Halcyon, cross-validated, looked back"
AFTER_WAKE = "Halcyon, cross-validated, after 2 h of wake"
BOOSTING = "gradient boosting, cross-validated"
COARSE = "SleepECG"
"""How the methods are named that tell wake, REM and other sleep only."""
_LONGEST_WAKE_MIN = 120.0


@dataclass(frozen=True, slots=True)
class Crossed:
    """One data set, staged by each method once a seed: the same nights in the same order."""

    source: str
    methods: dict[str, tuple[Staging, ...]]


def crossed(
    name: str,
    source: str,
    nights: Sequence[Night],
    data: Path,
    work: Path | None,
    seeds: Sequence[int],
    told: Callable[[str], None],
) -> Crossed:
    """Trains, or takes what is kept in `work`. Raises NoTrainingError where that cannot be."""
    if work is None:
        raise NoTrainingError("cross-validation needs a work folder, for what it trains")
    trainer = training("sleep.crossing")
    sensed = [sensed_epochs(night) for night in nights]
    found: dict[str, list[Staging]] = {}
    for seed in seeds:
        networks, boosted = trainer.crossed(data, work, seed, told)
        told(f"{name}: staging by the networks of seed {seed}")
        for method, judged in _by_method(nights, sensed, networks, boosted).items():
            found.setdefault(method, []).append(Staging(source, method, tuple(judged)))
    for method, others in _others(work / "sleepecg.json").items():
        judged = [as_judged(night, others[night.id]) for night in nights if night.id in others]
        if len(judged) == len(nights):
            found[method] = [Staging(source, method, tuple(judged))] * len(seeds)
    return Crossed(source, {method: tuple(each) for method, each in found.items()})


def _others(file: Path) -> dict[str, dict[str, list[Stage | None]]]:
    """What networks of others said, by method and night; nothing where they were not asked."""
    if not file.is_file():
        return {}
    return {
        f"{COARSE}, {network}": {
            night: [None if stage is None else Stage(stage) for stage in said]
            for night, said in nights.items()
        }
        for network, nights in json.loads(file.read_text(encoding="utf-8")).items()
    }


def _by_method(
    nights: Sequence[Night],
    sensed: Sequence[list[Epoch]],
    networks: dict[str, Weights],
    boosted: dict[str, list[str | None]],
) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for night, own in zip(nights, sensed, strict=True):
        weights = networks[night.subject.id]
        both = staged(night, own, weights=weights)
        woken = staged(night, own, wakeful(night, _LONGEST_WAKE_MIN), weights)
        said = [None if stage is None else Stage(stage) for stage in boosted[night.id]]
        for method, judged in (
            (OURS, both.live),
            (LOOKED_BACK, both.revised),
            (AFTER_WAKE, woken.live),
            (BOOSTING, as_judged(night, said)),
        ):
            found.setdefault(method, []).append(judged)
    return found
