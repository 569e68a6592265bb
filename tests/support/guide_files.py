"""Spreadsheets of guides and citizens, and importing them."""

from guides.imports import service as imports_service
from guides.imports.diff import ImportKind, Preview
from tests.support.guide_scenario import GuideScenario

REQUESTS = (
    "borger_id;fornavn;område;sprog;køn;ønsket_siden;haster;ønsker_hjælp_til;erfaringer;interesser;kan_ikke_lide;"
    "kan_give;tider;rejse_minutter;ønsker_køn;ønsker_ikke_guide\n"
)
AISHA = "B1;Aisha;midtby;dansk|arabisk;;01-02-2026;ja;it;;;;;;30;;G2\n"


def import_text(scenario: GuideScenario, kind: ImportKind, text: str) -> Preview:
    """Upload a spreadsheet, preview it and apply the preview."""
    with scenario.people.acting_as(scenario.coordinator) as context:
        upload = imports_service.stage_upload(context, kind, "fil.csv", text.encode())
        preview = imports_service.preview(context, upload)
        return imports_service.apply_upload(
            context, upload, imports_service.parse_upload(context, upload), preview.fingerprint
        )
