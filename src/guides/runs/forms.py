"""What a coordinator posts about a matching run."""

from foundation.forms import FieldError, FormData, FormReader
from foundation.i18n import LazyText
from guides.matching.reasons import PolicyError

POLICY_LENGTH_MAX = 20_000
SEED_MAX = 999_999_999  # so that a drawn one can be typed again


def parse_run(form: FormData) -> tuple[str, int | None]:
    """The policy's text and the seed of a run, None for a new one. Raises ValidationErrors."""
    reader = FormReader(form)
    policy = reader.text("policy", length_max=POLICY_LENGTH_MAX)
    seed = None
    if form.text("seed"):
        seed = reader.number("seed", minimum=0, maximum=SEED_MAX, required="")
    reader.raise_if_invalid()
    return policy, seed


def policy_errors(error: PolicyError) -> tuple[FieldError, ...]:
    """What is wrong in a policy's text, as a fault of its field."""
    values = {key: value for key, value in error.reason.values.items() if not isinstance(value, tuple)}
    return (FieldError("policy", LazyText(error.reason.message, values)),)
