"""How the files of the integration stand on each other: in one order, without a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from custom_components.halcyon import const

ROOT = Path(const.__file__).parent
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text())
    for path in ROOT.rglob("*.py")
}


def imported(name: str, tree: ast.Module) -> set[str]:
    """The files of the integration that a file imports, wherever in it and for whatever purpose."""
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            place = [*name.split(".")[: -node.level], *(node.module or "").split(".")]
            module = ".".join(filter(None, place))
            found |= {module} | {f"{module}.{each.name}".lstrip(".") for each in node.names}
    return found & FILES.keys()


def test_no_two_files_import_each_other() -> None:
    order = TopologicalSorter(
        {name: imported(name, tree) for name, tree in FILES.items()}
    ).static_order()
    assert set(order) == FILES.keys()


def test_nothing_is_imported_only_for_the_type_checker() -> None:
    """That would hide a circle."""
    assert not [name for name, tree in FILES.items() if "TYPE_CHECKING" in ast.dump(tree)]
