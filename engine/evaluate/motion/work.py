"""Long evaluations in pieces: each piece's result is kept, so that a later run goes on."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
import hashlib
import json
from multiprocessing import get_context
from pathlib import Path

from ...core.snapshot import Json

type Result = dict[str, Json]
type Piece = Callable[[], Result]
"""A piece of work: a function of nothing that another process can be handed."""


class Results:
    """Results by key, in a folder or only in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, Result] = {}

    def get(self, key: str) -> Result | None:
        """The result of that key, if there is one."""
        if key not in self._memory and self._folder is not None:
            path = self._folder / f"{key}.json"
            if path.is_file():
                self._memory[key] = json.loads(path.read_text(encoding="utf-8"))
        return self._memory.get(key)

    def put(self, key: str, result: Result) -> None:
        """Keep a result; a run that is stopped leaves no half of one."""
        self._memory[key] = result
        if self._folder is None:
            return
        path = self._folder / f"{key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_text(json.dumps(result), encoding="utf-8")
        half.replace(path)


def computed(
    pieces: Mapping[str, Piece], results: Results, jobs: int, told: Callable[[int, int], None]
) -> Iterator[tuple[str, Result]]:
    """The result of every piece, in the order of the pieces; what is missing is computed first.

    `told` hears how many of how many are there, whenever one more is.
    """
    missing = [key for key in pieces if results.get(key) is None]
    done = len(pieces) - len(missing)
    told(done, len(pieces))
    for key, result in _run({key: pieces[key] for key in missing}, jobs):
        results.put(key, result)
        done += 1
        told(done, len(pieces))
    for key in pieces:
        kept = results.get(key)
        if kept is not None:
            yield key, kept


def _run(pieces: Mapping[str, Piece], jobs: int) -> Iterator[tuple[str, Result]]:
    if jobs == 1 or len(pieces) < 2:
        for key, piece in pieces.items():
            yield key, piece()
        return
    # Not forked from a server: that needs a socket, which a sandbox may not have.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(piece): key for key, piece in pieces.items()}
        for future in as_completed(running):
            yield running[future], future.result()


def fingerprint(*modules: str, weights: str = "") -> str:
    """Twelve letters that change with a line of modules of this package, or of what they import.

    And with the `weights`, by their hash. Comments and docstrings do not count, so that results
    outlive better words.
    """
    reached = dict[Path, str]()
    waiting = [Path(__file__).with_name(f"{name}.py") for name in modules]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached[path] = meaning(path.read_text(encoding="utf-8"))
            waiting += imported(path)
    whole = hashlib.sha256(weights.encode())
    for path in sorted(reached):
        whole.update(reached[path].encode())
    return whole.hexdigest()[:12]


def imported(path: Path) -> list[Path]:
    """The files of this engine that a module imports, which it does relatively."""
    found = list[Path]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            place = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            names = [place.with_suffix(".py"), place / "__init__.py"]
            names += [place / f"{alias.name}.py" for alias in node.names]
            found += [each for each in names if each.is_file()]
    return found


def meaning(source: str) -> str:
    """The code of a source without its comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body: Sequence[ast.stmt] = getattr(node, "body", ())
        if isinstance(body, list):
            node.body = [each for each in body if not _is_text(each)]  # type: ignore[attr-defined]  # nodes with a body
    return ast.dump(tree)


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
