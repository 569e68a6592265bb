"""Every tag of the change log is `source:subject:action` and is listed in docs/reference/audit-logs.md."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.support.paths import ROOT

TAG = re.compile(r"(?P<source>[a-z]+):[a-z_]+:[a-z_*]+")


def tags_in(node: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    """The tags that an argument can evaluate to; parts computed at run time become a star."""
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
    """A call that records a change."""

    tag: str
    package: str
    where: str
    before_and_after: frozenset[str]  # names of details that hold both values, and `changed`


def recorded() -> Iterator[Recorded]:
    """Every tag of every call that records a change."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        module = ast.parse(path.read_text())
        functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and called_name(call) == "record_change":
                    first = call.args[0]  # the request context, unless it is a method of a command context
                    takes_context = isinstance(first, ast.Name | ast.Call)
                    package = path.relative_to(ROOT / "src").parts[0]
                    before_and_after = {
                        key
                        for key, value in details(call, function)
                        if is_before_and_after(key, value, function)
                    }
                    where = f"{path.relative_to(ROOT)}:{call.lineno}"
                    for tag in tags_in(call.args[1] if takes_context else first, function):
                        yield Recorded(tag, package, where, frozenset(before_and_after))


def called_name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def details(call: ast.Call, function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """The details of a call: name, expression."""
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
    """The expressions that are assigned to a local name."""
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
                any(isinstance(value, ast.List) for value in assigned_value(name, function))
                or key == "changed"
            )
        case _:
            return key == "changed"


def documented() -> dict[str, frozenset[str]]:
    """Documented tag → names of the details with values before and after."""
    rows = re.findall(
        r"^\| `([^`]+)` \|[^|]*\|([^|]*)\|$",
        (ROOT / "docs/reference/audit-logs.md").read_text(),
        re.MULTILINE,
    )
    return {tag: frozenset(re.findall(r"`(\w+)`", fields)) for tag, fields in rows}


def test_every_tag_follows_the_grammar_and_names_its_package() -> None:
    records = list(recorded())
    assert len(records) > 30
    for record in records:
        matched = TAG.fullmatch(record.tag)
        assert matched, record.tag
        assert matched["source"] == record.package, record.tag


def test_the_documentation_lists_exactly_the_tags_that_are_recorded() -> None:
    assert documented().keys() == {record.tag for record in recorded()}


def test_what_is_changed_is_recorded_as_it_was_and_as_it_is() -> None:
    fields_of_tag = documented()
    assert len([tag for tag, fields in fields_of_tag.items() if fields]) > 25
    for record in recorded():
        assert record.before_and_after == fields_of_tag[record.tag], f"{record.where} {record.tag}"
