"""The worked example of docs/concepts/matching.md is executed, and its tables are those of the code."""

import doctest
import re

from guides.matching.scoring.points import POINTS
from guides.matching.scoring.rules import RULES
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "concepts" / "matching.md"


def test_every_example_on_the_page_has_the_output_that_the_page_shows() -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL))
    test = doctest.DocTestParser().get_doctest(code, {}, "matching.md", str(PAGE), 0)

    result = doctest.DocTestRunner().run(test)

    assert result.attempted > 15
    assert result.failed == 0


def test_the_tables_name_every_rule_and_point_with_its_weight() -> None:
    page = PAGE.read_text()

    assert re.findall(r"^\| `(\w+)` \| (\d+) \|", page, re.MULTILINE) == [
        (p.name, str(p.weight)) for p in POINTS
    ]
    assert re.findall(r"^\| `(\w+)` \| [^\d]", page, re.MULTILINE) == [rule.name for rule in RULES]
