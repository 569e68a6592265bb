"""Reads a tagged PDF as a screen reader does: tags in order, and text in the order of the tags."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_CHARACTER_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def tags(content: bytes) -> list[str]:
    """The tags in reading order, e.g. `Document`, `H1`, `P`."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [name for name, _, _ in _elements(pdf)]


def tagged_text(content: bytes) -> str:
    """All tagged text in reading order, with single spaces."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        text_by_page = {page.objgen: _text_of_mark(page) for page in pdf.pages}
        texts = [text_by_page[page].get(mark, "") for _, page, marks in _elements(pdf) for mark in marks]
    return " ".join(" ".join(texts).split())


def header_and_footer_texts(content: bytes) -> list[str]:
    """The untagged text of each page, that is header and footer, with single spaces."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [" ".join(_text_of_mark(page).get(None, "").split()) for page in pdf.pages]


def _elements(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any, list[int]]]:
    """Every element: tag, page, marked-content ids of its own text."""
    yield from _walk(pdf.Root.StructTreeRoot.K, None)


def _walk(node: Any, page: Any) -> Iterator[tuple[str, Any, list[int]]]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _walk(child, page)
    elif isinstance(node, pikepdf.Dictionary) and node.get("/Type") != "/OBJR":
        page = node.Pg.objgen if "/Pg" in node else page
        if node.get("/Type") == "/MCR":
            yield "", page, [int(node.MCID)]
            return
        yield str(node.S).removeprefix("/"), page, []
        yield from _walk(node.get("/K", pikepdf.Array()), page)
    elif not isinstance(node, pikepdf.Object):
        yield "", page, [int(node)]


def _text_of_mark(page: pikepdf.Page) -> dict[int | None, str]:
    """Marked-content id → text of a page; None for text outside the structure."""
    fonts = {name: _character_map(font) for name, font in page.Resources.get("/Font", {}).items()}
    text_by_mark: dict[int | None, str] = {}
    stack: list[int | None] = []
    letters: dict[bytes, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                inside = stack[-1] if stack and str(operands[0]) != "/Artifact" else None
                stack.append(int(operands[1].MCID) if "/MCID" in operands[1] else inside)
            case "EMC":
                stack.pop()
            case "Tf":
                letters = fonts[str(operands[0])]
            case "TJ" | "Tj":
                pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
                codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
                text = "".join(letters.get(codes[i : i + 2], "�") for i in range(0, len(codes), 2))
                mark = stack[-1] if stack else None
                text_by_mark[mark] = text_by_mark.get(mark, "") + text
            case "ET":
                mark = stack[-1] if stack else None
                text_by_mark[mark] = text_by_mark.get(mark, "") + " "
    return text_by_mark


def _character_map(font: pikepdf.Object) -> dict[bytes, str]:
    """Two-byte character code → text, from the font's ToUnicode table."""
    table = font.ToUnicode.read_bytes()
    pairs = [
        pair
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S)
        for pair in _CHARACTER_PAIR.findall(block)
    ]
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs
    }
