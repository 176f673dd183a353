"""Cross-validation: each person judged by a network that never heard that person."""

from collections.abc import Sequence
from pathlib import Path

from ...sense.network import Network, load
from ..repository import NoTrainingError, training
from . import detectors
from .detectors import Ours
from .recordings import Makes
from .scorers import Scorer
from .ultragsattack import Label

NAME = f"{detectors.NAME}, cross-validated"


def makes(labels: Sequence[Label], data: Path, work: Path | None) -> Makes:
    """Trains a network for each person, or takes those that are kept in `work`.

    Raises NoTrainingError where that cannot be.
    """
    if work is None:
        raise NoTrainingError("cross-validation needs a work folder, for scenes and networks")
    everybody = sorted({label.person for label in labels})
    networks = {person: _without(person, everybody, data, work / "crossed") for person in everybody}

    def make(label: Label) -> Scorer:
        return Ours(network=networks[label.person])

    return make


def _without(person: str, everybody: Sequence[str], data: Path, work: Path) -> Network:
    kept = work / person
    structure, weights = kept / "motion.json", kept / "motion.npz"
    if not weights.is_file():
        trainer = training("motion.train")
        network = trainer.without([person], everybody, data, work, trainer.SCENES)
        kept.mkdir(parents=True, exist_ok=True)
        trainer.export(network, kept)
    return load(structure.read_bytes(), weights.read_bytes())
