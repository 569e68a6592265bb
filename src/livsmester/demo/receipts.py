"""Receipts of the demo municipality: one-page PDFs from an invented shop."""

from datetime import date

from foundation.money import format_ore

SHOP = "Butikken på Hjørnet, Mågefjord"


def receipt_pdf(what: str, amount_ore: int, day: date) -> bytes:
    """The receipt of a purchase as PDF file content."""
    lines = (
        SHOP,
        f"{day:%d-%m-%Y}",
        "",
        what,
        format_ore(amount_ore, "da"),
        "",
        "Tak for i dag. Opdigtet bilag.",
    )
    return _pdf("\n".join(f"({_escaped(line)}) Tj T*" for line in lines))


def _escaped(line: str) -> str:
    text = line.replace("\N{NO-BREAK SPACE}", " ")
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf(text: str) -> bytes:
    """A PDF 1.4 file with one page of 80 × 120 mm (ISO 32000-1, section 7.5: header, objects, cross-references, trailer)."""
    page = f"BT /F1 11 Tf 18 TL 20 300 Td\n{text}\nET".encode("cp1252")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 227 340] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    content = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(content)
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, start)
    )
