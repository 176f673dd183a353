"""The JSON Schema of a routine on standard output: docs/schemas/routine.schema.json."""

import json
import sys

from .routine import routine_schema

if __name__ == "__main__":
    sys.stdout.write(json.dumps(routine_schema(), indent=2) + "\n")
