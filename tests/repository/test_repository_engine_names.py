"""The engine has two names, and everybody keeps to one of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "engine" not in path.relative_to(ROOT).parts[1:]]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


OF_THE_INTEGRATION = sources("custom_components/halcyon", "tests/integration", "tests/blueprints")
OF_THE_ENGINE = [
    path
    for path in sources("tests", "benchmarks", "training", "scripts")
    if path not in OF_THE_INTEGRATION
]


@pytest.mark.parametrize("path", OF_THE_INTEGRATION, ids=named)
def test_the_integration_uses_its_own_engine(path: Path) -> None:
    names = [name.split(".") for name in imported(path)]
    assert not any(name[0] == "halcyon" for name in names)


@pytest.mark.parametrize("path", OF_THE_ENGINE, ids=named)
def test_everything_else_uses_the_installed_engine(path: Path) -> None:
    assert not any(name.startswith("custom_components") for name in imported(path))


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.py")), ids=named)
def test_the_engine_never_says_its_own_name(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path)}
    assert not tops & {"halcyon", "engine", "custom_components", "homeassistant"}
