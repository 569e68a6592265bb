"""The policy file: a round trip preserves the policy, and invalid values are refused with their key."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guides.matching
from foundation.i18n import translations
from guides.matching import Policy, PolicyError, read_policy, write_policy
from guides.matching.scoring.policy import default_enough, default_weights


def test_the_shipped_file_is_the_standard_policy_with_comments() -> None:
    shipped = (Path(guides.matching.__path__[0]) / "policy.toml").read_text()

    assert shipped == write_policy(Policy())
    assert read_policy(shipped) == Policy()


def test_an_empty_file_is_the_standard_policy() -> None:
    assert read_policy("") == Policy()


POLICIES = st.builds(
    Policy,
    name=st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=100).filter(str.strip),
    weights=st.fixed_dictionaries({name: st.integers(0, 1000) for name in default_weights()}),
    enough=st.fixed_dictionaries({name: st.integers(1, 10080) for name in default_enough()}),
    urgent_first=st.booleans(),
    tier_days=st.sets(st.integers(1, 3650), max_size=8).map(lambda days: tuple(sorted(days, reverse=True))),
    points_per_day=st.integers(0, 100),
    days_counted_max=st.integers(0, 3650),
    maximize_minimum=st.booleans(),
    one_per_guide=st.booleans(),
    balance_load=st.booleans(),
)


@given(POLICIES)
def test_every_policy_is_read_back_as_it_was_written_in_both_languages_and_as_json(policy: Policy) -> None:
    assert read_policy(write_policy(policy)) == policy
    assert read_policy(write_policy(policy, translations("da").gettext)) == policy
    assert msgspec.json.decode(msgspec.json.encode(policy), type=Policy) == policy


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("nmae = 'x'", "nmae", "is not known here. Choose from: version, name, weights"),
        ("[weights]\nhepl = 3", "weights.hepl", "is not known here"),
        ("[weights]\nhelp = 'much'", "weights.help", "is much. Write a whole number from 0 to 1000."),
        ("[weights]\nhelp = -1", "weights.help", "is -1"),
        ("[weights]\nhelp = true", "weights.help", "is True"),
        ("[weights]\nhelp = 2.5", "weights.help", "is 2.5"),
        ("weights = 3", "weights", "must be a section"),
        ("[enough]\ntravel = 0", "enough.travel", "from 1 to"),
        ("[priority]\ntier_days = [90, 180]", "priority.tier_days", "falling numbers of days"),
        ("[priority]\ntier_days = 90", "priority.tier_days", "falling numbers of days"),
        ("[priority]\nurgent_first = 1", "priority.urgent_first", "Write true or false."),
        ("[options]\nequal = true", "options.equal", "is not known here"),
        ("version = 2", "version", "version is 2"),
        ("name = ''", "name", "1 to 100"),
        ("name = [", "", "is not TOML"),
    ],
)
def test_an_invalid_value_is_refused_with_its_key_and_what_to_do(text: str, key: str, message: str) -> None:
    with pytest.raises(PolicyError) as error:
        read_policy(text)

    assert error.value.key == key
    assert message in str(error.value)
