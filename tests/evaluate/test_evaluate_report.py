"""Tables are text for people and JSON for programs."""

import json
import math

from halcyon.evaluate.report import Estimate, Table, json_lines, markdown, text
from halcyon.evaluate.statistics import NO_TRIALS, Share

TABLE = Table(
    "example",
    "An example",
    ("who", "found", "AUC", "hours"),
    (("p1", Share(19, 20), Estimate(0.912, 0.88, math.nan), 3.0), ("p2", NO_TRIALS, 0.5, None)),
)


def test_a_table_is_markdown() -> None:
    lines = list(markdown(TABLE))
    assert lines[0] == "**An example**"
    assert lines[2] == "| who | found | AUC | hours |"
    assert lines[4] == "| p1 | 95.0 % (76.4-99.1) | 0.91 (0.88--) | 3 |"
    assert lines[5] == "| p2 | - | 0.50 |  |"


def test_a_row_is_an_object_that_names_its_table() -> None:
    first, second = (json.loads(line) for line in json_lines(TABLE))
    assert first["table"] == second["table"] == "example"
    assert first["found"] == {"hits": 19, "trials": 20, "low": 0.7639, "high": 0.9911}
    assert first["AUC"] == [0.912, 0.88, None]
    assert second["hours"] is None


def test_numbers_are_as_long_as_they_are_good() -> None:
    assert [text(each) for each in (0.0, 3, 0.123, 12.34, 1234.0)] == [
        "0",
        "3",
        "0.12",
        "12.3",
        "1234",
    ]
    assert text(math.inf) == "unlimited"
    assert text(Estimate(0.5, math.nan, math.nan)) == "0.50"
