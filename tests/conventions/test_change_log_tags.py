"""The log of changes speaks one language: every tag is `source:subject:action`, and docs/logs.md lists it."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.support.paths import ROOT

TAG = re.compile(r"(?P<source>[a-z]+):[a-z_]+:[a-z_*]+")


def tags_in(node: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    """The tags that an argument can be; what is filled in while running is a star."""
    match node:
        case ast.Constant(value=str() as tag):
            yield tag
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from tags_in(one, function)
            yield from tags_in(other, function)
        case ast.Name(id=name):
            for given in assigned_value(name, function):
                yield from tags_in(given, function)
        case _:
            yield f"unreadable in line {node.lineno}: write the tag where it is recorded"


class Recorded(NamedTuple):
    """A place where a line for the log of changes is recorded."""

    tag: str
    package: str
    where: str
    before_and_after: frozenset[str]  # the names in its details that hold both, and `changed`


def recorded() -> Iterator[Recorded]:
    """Every tag where it is recorded."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        module = ast.parse(path.read_text())
        functions = [one for one in ast.walk(module) if isinstance(one, ast.FunctionDef)]
        for function in functions:
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and called_name(call) == "record_change":
                    first = call.args[0]  # the visit, unless a desk records
                    of_visit = isinstance(first, ast.Name | ast.Call)
                    package = path.relative_to(ROOT / "src").parts[0]
                    told = {
                        key
                        for key, value in details(call, function)
                        if is_before_and_after(key, value, function)
                    }
                    where = f"{path.relative_to(ROOT)}:{call.lineno}"
                    for tag in tags_in(call.args[1] if of_visit else first, function):
                        yield Recorded(tag, package, where, frozenset(told))


def called_name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def details(call: ast.Call, function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """What a call writes down, by name."""
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
    for argument in call.args:
        yield from keys_in(argument, function)


def keys_in(node: ast.expr, function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), value
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from keys_in(left, function)
            yield from keys_in(right, function)
        case ast.IfExp(body=one, orelse=other):
            yield from keys_in(one, function)
            yield from keys_in(other, function)
        case ast.Name(id=name):
            for given in assigned_value(name, function):
                yield from keys_in(given, function)


def assigned_value(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What a local name was set to."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                yield value


def is_before_and_after(key: str, value: ast.expr, function: ast.FunctionDef) -> bool:
    match value:
        case ast.List(elts=[_, _]):
            return True
        case ast.Name(id=name):
            return (
                any(isinstance(one, ast.List) for one in assigned_value(name, function)) or key == "changed"
            )
        case _:
            return key == "changed"


def documented() -> dict[str, frozenset[str]]:
    """The tags that the documentation lists, with what each says before and after."""
    rows = re.findall(r"^\| `([^`]+)` \|[^|]*\|([^|]*)\|$", (ROOT / "docs/logs.md").read_text(), re.MULTILINE)
    return {tag: frozenset(re.findall(r"`(\w+)`", fields)) for tag, fields in rows}


def test_every_tag_follows_the_grammar_and_names_its_package() -> None:
    found = list(recorded())
    assert len(found) > 30
    for one in found:
        matched = TAG.fullmatch(one.tag)
        assert matched, one.tag
        assert matched["source"] == one.package, one.tag


def test_the_documentation_lists_exactly_the_tags_that_are_recorded() -> None:
    assert documented().keys() == {one.tag for one in recorded()}


def test_what_is_changed_is_recorded_as_it_was_and_as_it_is() -> None:
    said = documented()
    assert len([tag for tag, fields in said.items() if fields]) > 25
    for one in recorded():
        assert one.before_and_after == said[one.tag], f"{one.where} {one.tag}"
