"""Runs the benchmarks that are named, or all: python -m benchmarks [NAME…] [--json FILE]."""

import argparse
import importlib
import json
from pathlib import Path
import sys

from benchmarks.report import Benchmark, Result, table

NAMES = (
    "networks",
    "ultrasound",
    "sleep",
    "speaker",
    "rooms",
    "routines",
    "latency",
    "speech",
    "voice",
    "action",
    "setup",
    "heartbeat",
    "recorder",
)
"""Modules of this folder, each with a `measure`; the cheap ones first."""


def main() -> int:
    """Measure, print the table, write the JSON; returns 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--list", action="store_true", help="name the benchmarks and stop")
    options = parser.parse_args()
    if options.list:
        print("\n".join(NAMES))
        return 0
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")

    results: list[Result] = []
    for name in options.names or NAMES:
        print(f"measuring: {name}", file=sys.stderr)
        measure: Benchmark = importlib.import_module(f"benchmarks.{name}").measure
        results += measure()
    print(table(results))
    if options.json is not None:
        body = {result.name: result.to_json() for result in results}
        options.json.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
