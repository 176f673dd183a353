"""What SleepECG's pretrained networks say of the beats of slpdb, to be compared with.

    KERAS_BACKEND=jax python -m training.sleep.beside_sleepecg --data DATA --out WORK/sleepecg.json

Runs in an environment of its own, with sleepecg, wfdb, and keras with jax; `halcyon evaluate
sleep --cv --work WORK` shows what it wrote. SleepECG (Brunner and Hofer, BSD) looks at a whole
recording at once, and tells wake, REM and the rest of sleep apart. It is given the beats alone.
"""

import argparse
import json
from pathlib import Path

import sleepecg  # type: ignore[import-not-found]  # only where it is compared with

from halcyon.core.sleep import Stage
from halcyon.evaluate.sleep.recordings.catalogue import SETS

NETWORKS = ("wrn-gru-mesa", "wrn-gru-mesa-weighted")
_STAGES = (None, Stage.LIGHT, Stage.REM, Stage.AWAKE)
"""By the codes of its networks; sleep that is not REM stands as light sleep."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds sleep/slpdb")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    given = parser.parse_args()
    said: dict[str, dict[str, list[str | None]]] = {}
    for name in NETWORKS:
        classifier = sleepecg.load_classifier(name, "SleepECG")
        told = said.setdefault(name, {})
        for night in SETS["slpdb"].nights(given.data):
            if night.beats is None:
                continue
            # Its epochs count from 0, as the reference's do from its start.
            record = sleepecg.SleepRecord(
                sleep_stage_duration=30,
                heartbeat_times=night.beats - night.reference.start,
                id=night.id,
            )
            codes = sleepecg.stage(classifier, record, return_mode="int")
            count = len(night.reference.stages)
            stages = [_STAGES[int(code)] for code in codes[:count]]
            told[night.id] = [*stages, *(None for _ in range(count - len(stages)))]
    given.out.write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main()
