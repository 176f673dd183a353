"""How the files of the integration stand on each other: in one order, without a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from custom_components.halcyon import const

ROOT = Path(const.__file__).parent
FILES = {path.stem: ast.parse(path.read_text()) for path in ROOT.glob("*.py")}


def imported(tree: ast.Module) -> set[str]:
    """The files beside it that a file imports, wherever in it and for whatever purpose."""
    return {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for name in ([node.module] if node.module else [each.name for each in node.names])
    } & FILES.keys()


def test_no_two_files_import_each_other() -> None:
    order = TopologicalSorter({name: imported(tree) for name, tree in FILES.items()}).static_order()
    assert set(order) == FILES.keys()


def test_nothing_is_imported_only_for_the_type_checker() -> None:
    """That would hide a circle."""
    assert not [name for name, tree in FILES.items() if "TYPE_CHECKING" in ast.dump(tree)]
