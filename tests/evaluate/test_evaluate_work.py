"""A long evaluation that is stopped goes on where it was, unless what it measures changed."""

from dataclasses import dataclass
from functools import partial
import json
from pathlib import Path

import pytest

from halcyon.core.snapshot import Json
from halcyon.evaluate.motion import work
from halcyon.evaluate.motion.work import Result, Results, computed, fingerprint, imported


@dataclass(frozen=True, slots=True)
class Square:
    number: int
    fails: bool = False

    def __call__(self) -> Result:
        if self.fails:
            raise RuntimeError(f"{self.number} cannot be squared today")
        return {"square": self.number**2}


def ignored(done: int, pieces: int) -> None:
    """Nobody watches."""


def test_what_is_there_is_not_computed_again(tmp_path: Path) -> None:
    pieces = {f"squares/{n}": Square(n, fails=n == 3) for n in range(5)}
    with pytest.raises(RuntimeError, match="3 cannot"):
        list(computed(pieces, Results(tmp_path), 1, ignored))
    assert sorted(path.name for path in (tmp_path / "squares").iterdir()) == [
        "0.json",
        "1.json",
        "2.json",
    ]
    broken = {f"squares/{n}": Square(n, fails=True) for n in range(3)}
    mended = {f"squares/{n}": Square(n) for n in range(3, 5)}
    done = list(computed(broken | mended, Results(tmp_path), 1, ignored))
    assert done == [(f"squares/{n}", {"square": n * n}) for n in range(5)]


def test_several_processes_give_the_same_in_the_same_order() -> None:
    pieces = {str(n): partial(dict[str, Json], square=n) for n in range(4)}
    assert list(computed(pieces, Results(None), 2, ignored)) == [
        (str(n), {"square": n}) for n in range(4)
    ]


def test_progress_counts_what_was_kept() -> None:
    results, told = Results(None), list[tuple[int, int]]()
    results.put("0", {"square": 0})
    list(computed({str(n): Square(n) for n in range(3)}, results, 1, lambda *n: told.append(n)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_half_a_result_is_none(tmp_path: Path) -> None:
    results = Results(tmp_path)
    results.put("a/b", {"square": 1})
    assert json.loads((tmp_path / "a" / "b.json").read_text(encoding="utf-8")) == {"square": 1}
    assert list(tmp_path.rglob("*.part")) == []
    assert Results(tmp_path).get("a/c") is None


def test_a_fingerprint_is_of_what_computes() -> None:
    assert fingerprint("grid") == fingerprint("grid")
    assert len(fingerprint("grid")) == 12
    assert fingerprint("grid") != fingerprint("grid", weights="others")
    assert fingerprint("grid") != fingerprint("grid_heard")


def test_what_is_heard_depends_on_no_network() -> None:
    path = Path(work.__file__).with_name("grid_heard.py")
    reached, waiting = set[Path](), [path]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        waiting += [each for each in imported(path) if each not in reached]
    names = {f"{path.parent.name}/{path.name}" for path in reached}
    assert {"ultrasound/frontend.py", "ultrasound/trouble.py", "motion/baselines.py"} <= names
    assert not {name for name in names if name.startswith("network/")}
    assert not {"ultrasound/classifier.py", "ultrasound/verdict.py", "motion/detectors.py"} & names


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("x = 1  # so\n", "x = 1\n", True),
        ('def f():\n    """Say."""\n    return 1\n', "def f():\n    return 1\n", True),
        ('X = 1\n"""One."""\n', "X = 1\n", True),
        ("x = 1\n", "x = 2\n", False),
        ('def f():\n    return "a"\n', 'def f():\n    return "b"\n', False),
    ],
)
def test_words_about_the_code_do_not_count(before: str, after: str, *, same: bool) -> None:
    assert (work.meaning(before) == work.meaning(after)) is same
