"""The log of changes speaks one language: every tag is `source:subject:action`, and docs/logs.md lists it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TAG = re.compile(r"(?P<source>[a-z]+):[a-z_]+:[a-z_*]+")


def tags_in(node: ast.expr) -> Iterator[str]:
    """The tags that an argument can be; what is filled in while running is a star."""
    match node:
        case ast.Constant(value=str() as tag):
            yield tag
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from tags_in(one)
            yield from tags_in(other)
        case _:
            yield f"unreadable in line {node.lineno}: write the tag where it is recorded"


def recorded() -> Iterator[tuple[str, str]]:
    """Every tag with the package that records it."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            name = call.func if isinstance(call, ast.Call) else None
            called = (
                name.id
                if isinstance(name, ast.Name)
                else name.attr
                if isinstance(name, ast.Attribute)
                else ""
            )
            if called == "record" and isinstance(call, ast.Call):
                first = call.args[0]  # the visit, unless a desk records
                for tag in tags_in(call.args[1] if isinstance(first, ast.Name | ast.Call) else first):
                    yield tag, path.relative_to(ROOT / "src").parts[0]


def test_every_tag_follows_the_grammar_and_names_its_package() -> None:
    found = list(recorded())
    assert len(found) > 30
    for tag, package in found:
        matched = TAG.fullmatch(tag)
        assert matched, tag
        assert matched["source"] == package, tag


def test_the_documentation_lists_exactly_the_tags_that_are_recorded() -> None:
    documented = set(re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/logs.md").read_text(), re.MULTILINE))
    assert documented == {tag for tag, _ in recorded()}
