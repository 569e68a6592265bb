"""Money never passes through a float: no decimal number, no true division and no `float` in the code that handles it."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
MODULES = (*sorted((SRC / "budgets").glob("*.py")), SRC / "foundation" / "money.py")


def floats(tree: ast.AST) -> list[str]:
    """Where a float could come from, by line."""
    found = []
    for node in ast.walk(tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        division = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        named = isinstance(node, ast.Name) and node.id in {"float", "Float", "Decimal"}
        if literal or division or named:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


def test_the_search_finds_floats() -> None:
    assert len(floats(ast.parse("a = 0.25\nb = c / 100\nd = float(e)\nf /= 2"))) == 4


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_float_in(module: Path) -> None:
    assert floats(ast.parse(module.read_text())) == []
