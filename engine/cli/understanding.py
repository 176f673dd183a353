"""What `halcyon evaluate speech` understands and does."""

import argparse
from pathlib import Path

from .errors import UnusableError
from .evaluating import libraries, show, show_files, told
from .speech import loaded_engines


def add_speech_options(speech: argparse.ArgumentParser) -> None:
    """Add its options."""
    speech.add_argument(
        "--data", type=Path, metavar="DIR", help="recordings (default: $HALCYON_DATA)"
    )
    speech.add_argument(
        "--part",
        action="append",
        choices=("coffee", "home", "ends", "whispers"),
        help="only this part; may be given again",
    )
    speech.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="keeps what synthetic voices say (default: the user's cache)",
    )
    speech.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep what engines hear in this folder, and hear nothing twice that is there",
    )
    speech.add_argument(
        "--every", type=int, default=1, metavar="N", help="only one recording in N, to be quick"
    )
    speech.add_argument("--model-dir", type=Path, metavar="DIR", help="as for transcribe")
    speech.add_argument(
        "--pictures", type=Path, metavar="DIR", help="draw curves as SVG into this folder"
    )
    speech.add_argument("--json", action="store_true", help="print one JSON object a line")
    speech.set_defaults(command=evaluate_speech)


def evaluate_speech(asked: argparse.Namespace) -> int:
    """Let all engines hear the same recordings, and print the tables."""
    from ..evaluate.data import data_folder
    from ..evaluate.speech.evaluation import Asked, Part, gather, report
    from ..evaluate.speech.pictures import draw
    from ..evaluate.speech.voices import clip_cache

    data = asked.data if asked.data is not None else data_folder()
    if (data / "speech").is_dir():
        data /= "speech"
    cache = asked.cache if asked.cache is not None else clip_cache()
    engines = loaded_engines(asked)
    try:
        parts = frozenset(map(Part, asked.part or Part))
        wanted = Asked(data, cache, parts, max(1, asked.every), asked.keep)
        found = gather(wanted, engines, told)
    except OSError as error:
        raise UnusableError(f"{error}; name the folder of recordings with --data") from error
    show(report(found), as_json=asked.json)
    if asked.pictures is not None and found.home is not None:
        with libraries():
            show_files(draw(found.home, asked.pictures))
    return 0
