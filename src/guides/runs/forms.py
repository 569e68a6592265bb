"""What a coordinator posts about a matching run."""

from foundation.forms import FieldFault, FormReader, Posted
from foundation.i18n import Text
from guides.matching.reasons import PolicyFault

POLICY_LENGTH_MAX = 20_000
SEED_MAX = 999_999_999  # so that a drawn one can be typed again


def read_run(posted: Posted) -> tuple[str, int | None]:
    """The policy's text and the seed of a run, None for a new one. Raises FormFaults."""
    reader = FormReader(posted)
    policy = reader.text("policy", longest=POLICY_LENGTH_MAX)
    seed = None
    if posted.text("seed"):
        seed = reader.number("seed", least=0, most=SEED_MAX, required="")
    reader.finish()
    return policy, seed


def policy_faults(fault: PolicyFault) -> tuple[FieldFault, ...]:
    """What is wrong in a policy's text, as a fault of its field."""
    values = {key: value for key, value in fault.reason.values.items() if not isinstance(value, tuple)}
    return (FieldFault("policy", Text(fault.reason.message, values)),)
