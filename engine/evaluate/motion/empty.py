"""How often a room that nobody is in is called occupied, in simulated held-out rooms."""

from pathlib import Path
from typing import cast

import numpy as np

from .detectors import MAJOR, MINOR, NAME, Ours, Said, judge_together
from .ear import Heard
from .empty_heard import HourTask, SceneHeard, scene_heard, scene_signals, window_peaks
from .work import Result

APART_S = 10.0
"""Alarms closer than this are one."""


def judge_hour(task: HourTask, folder: Path | None = None) -> Result:
    """What the detector makes of an hour; what was heard of it is kept in a folder."""
    heard = [scene_heard(task, number, folder) for number in range(task.scenes)]
    listeners = [Ours() for _ in heard]
    for ours, scene in zip(listeners, heard, strict=True):
        ours.learn(scene.learning)
    said, together = dict[int, Said](), dict[int, Heard]()
    for number, (ours, scene) in enumerate(zip(listeners, heard, strict=True)):
        if scene.frames is not None and ours.learned:
            together[number] = scene.frames
        else:
            # One that is still learning does more with a frame than judge it.
            signal = scene.signal or scene_signals(task, number)[1]
            said[number] = ours.judge(signal)
    if together:
        several = [listeners[number] for number in together]
        judged = judge_together(several, list(together.values()))
        said |= dict(zip(together, judged, strict=True))
    return {
        "scenes": [
            _counted(ours, scene, said[number])
            for number, (ours, scene) in enumerate(zip(listeners, heard, strict=True))
        ]
    }


def _counted(ours: Ours, scene: SceneHeard, said: Said) -> Result:
    seconds = cast("float", scene.told["seconds"])
    theirs = cast("Result", scene.told["peaks"])
    step = float(np.median(np.diff(said.t)))
    found: Result = {
        "learned": ours.learned,
        "alarms": [round(t, 2) for t in said.starts(MAJOR, APART_S)],
        "major_s": round(step * float((said.level == MAJOR).sum()), 2),
        "minor_s": round(step * float((said.level == MINOR).sum()), 2),
        "blind_s": round(step * float(said.blind.sum()), 2),
        "peaks": {NAME: list(window_peaks(said.major, seconds)), **theirs},
    }
    return scene.told | found
