"""Cells of a table are labelled with their column's heading."""

from markupsafe import Markup, escape

from foundation.html.table_labels import add_cell_labels

HEAD = Markup(
    '<thead><tr><th scope="col">Navn</th><th scope="col"><a href="?sort=a">Område <svg></svg></a></th></tr></thead>'
)


def test_each_cell_has_its_columns_name_and_the_rows_name_has_none() -> None:
    rows = HEAD + Markup('<tbody><tr><th scope="row">Bo</th><td class="number">Nord</td></tr></tbody>')
    labelled = add_cell_labels(rows)
    assert labelled.columns == 2
    assert labelled.html.endswith(
        '<tr><th scope="row">Bo</th><td class="number" data-label="Område">Nord</td></tr></tbody>'
    )
    assert labelled.html.startswith(HEAD), "the head is left as it was"


def test_what_somebody_wrote_stays_text() -> None:
    wrote = escape('<td> "citat" & <tr>')
    labelled = add_cell_labels(
        HEAD + Markup("<tbody><tr><th>{}</th><td>{}</td></tr></tbody>").format(wrote, wrote)
    )
    assert labelled.html.count("<td") == 1
    assert labelled.html.count(str(wrote)) == 2


def test_a_row_with_a_cell_too_many_keeps_it() -> None:
    labelled = add_cell_labels(HEAD + Markup("<tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody>"))
    assert labelled.html.endswith(
        '<tr><td data-label="Navn">1</td><td data-label="Område">2</td><td>3</td></tr></tbody>'
    )
