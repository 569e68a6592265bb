"""PDFs: what a person wrote stays text, a screen reader can read it, the same values give the same file."""

import io
import re
import sys
from datetime import date
from pathlib import Path

import msgspec
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.pdf import Document, Section, Table, TableColumn, render_pdf
from foundation.resources import resource_dir
from tests.support.pdf_reader import header_and_footer_texts, tagged_text, tags

LETTER = Document(
    title="Du skal vide det før",
    municipality="Prøvekøbing",
    written_on=date(2026, 11, 25),
    lead=("Dit budget slutter snart.",),
    sections=(
        Section("Tilbage", ("Du har 1.850 kr. tilbage.", "Spørg Maria.")),
        Section(
            "Købt",
            table=Table(
                (TableColumn("Hvad"), TableColumn("Beløb", number=True)),
                (("Svømmekort", "350 kr."), ("Briller", "149,50 kr.")),
                ("I alt", "499,50 kr."),
            ),
        ),
    ),
)
HOSTILE = (
    '#read("/etc/passwd")',
    '"); #panic("x") //',
    "= En overskrift\n- en liste\n+ *fed* _skrå_ `kode` $x^2$ @henvisning <mærke>",
    "\\u{41} \\ ~ /* // */ #{ 1 + 1 } [a](b)",
    "#set page(fill: red)",
    "{{ 7 * 7 }} %(page)s {% raw %}",
)


def letter(*sentences: str) -> bytes:
    return render_pdf(
        "document", msgspec.structs.replace(LETTER, sections=(Section("Ord", sentences),)), "da"
    )


def test_a_paper_is_pdf_ua_with_tags_language_and_title() -> None:
    with pikepdf.open(io.BytesIO(render_pdf("document", LETTER, "da"))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "da"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as facts:
            assert facts["pdfuaid:part"] == "1"
            assert facts["dc:title"] == LETTER.title
        assert [str(length) for length in pdf.pages[0].mediabox] == ["0", "0", "595.2756", "841.8898"]


def test_every_typeface_is_in_the_file() -> None:
    with pikepdf.open(io.BytesIO(render_pdf("document", LETTER, "da"))) as pdf:
        faces = [
            item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontDescriptor" in item
        ]
        assert faces
        for face in faces:
            assert {"/FontFile2", "/FontFile3"} & set(face.FontDescriptor.keys()), face.BaseFont


def test_headings_and_tables_are_tagged_as_what_they_are() -> None:
    row = ["TR", "TD", "TD"]
    table = ["Table", "THead", "TR", "TH", "TH", "TBody", *row, *row, "TFoot", *row]
    content = [
        item for item in tags(render_pdf("document", LETTER, "da")) if item and item not in {"Span", "Strong"}
    ]
    assert content == ["Document", "H1", "P", "H2", "P", "P", "H2", *table]


def test_it_is_read_in_the_order_it_was_written() -> None:
    read = tagged_text(render_pdf("document", LETTER, "da"))
    order = [
        LETTER.title,
        *LETTER.lead,
        "Tilbage",
        *LETTER.sections[0].sentences,
        "Hvad",
        "Beløb",
        "Svømmekort",
        "I alt",
    ]
    places = [read.index(item) for item in order]
    assert places == sorted(places)
    assert header_and_footer_texts(render_pdf("document", LETTER, "da")) == [
        "Livsmester Prøvekøbing 25. november 2026 Side 1 af 1"
    ]


def test_in_english_it_says_so() -> None:
    pdf_bytes = render_pdf("document", LETTER, "en")
    assert "Page 1 of 1" in header_and_footer_texts(pdf_bytes)[0]
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        assert str(pdf.Root.Lang) == "en"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_person_wrote_is_never_obeyed(hostile: str) -> None:
    assert " ".join(hostile.split()) in tagged_text(letter(hostile))


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_is_written_it_becomes_a_paper(written: str) -> None:
    with pikepdf.open(io.BytesIO(letter(written))) as pdf, pdf.open_metadata() as facts:
        assert facts["pdfuaid:part"] == "1"


def test_every_kind_of_space_becomes_a_paper() -> None:
    spaces = [chr(code) for code in range(sys.maxunicode) if chr(code).isspace()]
    for space in spaces:
        assert letter(f"Jeg vil{space}svømme 🏊")


def test_a_sign_that_no_typeface_has_is_a_box() -> None:
    assert "Jeg vil svømme □ i dag" in tagged_text(letter("Jeg vil svømme 🏊 i dag"))


def test_a_very_long_word_breaks_and_keeps_all_its_letters() -> None:
    lines = [line for line in tagged_text(letter("x" * 400)).split() if line.startswith("x")]
    assert len(lines) > 4
    assert "".join(lines).count("x") == 400


def test_the_same_values_give_the_same_bytes() -> None:
    assert render_pdf("document", LETTER, "da") == render_pdf("document", LETTER, "da")
    assert render_pdf("document", LETTER, "da") != letter("Andet")


def test_nothing_of_it_lies_on_the_disk_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    letter("Hemmeligt")
    assert list(tmp_path.rglob("*")) == []


def test_a_paper_that_has_no_template_is_named() -> None:
    with pytest.raises(LookupError, match="no PDF template invoice"):
        render_pdf("invoice", LETTER, "da")


def test_templates_hold_no_words_of_their_own() -> None:
    for template in (resource_dir("templates") / "pdf").glob("*.typ"):
        source = re.sub(r"//.*|\"[^\"]*\"", "", template.read_text())
        contents = re.findall(r"\[([^\[\]]*)\]", source)
        content = [re.sub(r"#[\w.-]+(\([^()]*\))?", "", item).strip() for item in contents]
        assert {item for item in content if re.search(r"[^\W\d_]{2}", item)} <= {"Livsmester"}, template.name
