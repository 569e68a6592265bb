"""The form that starts a matching run."""

from foundation.forms import FieldError, FormData, FormReader
from foundation.i18n import LazyText
from guides.matching.reasons import PolicyError

POLICY_LENGTH_MAX = 20_000
SEED_MAX = 999_999_999  # short enough that a coordinator can type a seed again


def parse_run(form: FormData) -> tuple[str, int | None]:
    """The policy as TOML and the seed, None for a random seed. Raises ValidationErrors."""
    reader = FormReader(form)
    policy = reader.text("policy", length_max=POLICY_LENGTH_MAX)
    seed = None
    if form.text("seed"):
        seed = reader.number("seed", minimum=0, maximum=SEED_MAX, required="")
    reader.raise_if_invalid()
    return policy, seed


def policy_errors(error: PolicyError) -> tuple[FieldError, ...]:
    """The error in a policy's TOML as an error of the form field `policy`."""
    values = {key: value for key, value in error.reason.values.items() if not isinstance(value, tuple)}
    return (FieldError("policy", LazyText(error.reason.message, values)),)
