"""From a provider's verified claims to a person, their roles and a session."""

from collections.abc import Mapping

from foundation.ids import new_id, token_hash
from people.access.model import Role
from people.authentication.providers import MatchBy, Provider, claim_texts, roles_from_claims
from people.authentication.rules import SignInMethod, SignInRules
from people.credentials import account_store
from people.directory import external_identities
from people.directory import service as directory_service
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import ExternalSignInFailed
from people.identity import service as identity_service
from people.identity.cpr import parse_cpr
from people.sign_in.service import StartedSession, normalize_username, open_session, start_session
from people.web.context import RequestContext, record_change


def consume_state(context: RequestContext, state: str) -> None:
    """Use the state of a sign-in. Raises ExternalSignInFailed when it was used before."""
    if not external_identities.consume_state(context.db, token_hash(state), context.now):
        raise ExternalSignInFailed("the state was used before")


def resolve_person(context: RequestContext, provider: Provider, claims: Mapping[str, object]) -> str:
    """The id of the person with these verified claims, after their roles were updated from the directory.

    Raises ExternalSignInFailed for an unknown person, and for a closed account.
    """
    subject = str(claims["sub"])
    person_id = external_identities.person_by_subject(context.db, provider.id, subject)
    if person_id is None:
        person_id = _match_person(context, provider, claims) or _create_person(context, provider, claims)
        external_identities.add_identity(context.db, provider.id, subject, person_id, context.now)
        record_change(context, "people:outside_identity:add", person_id, {"provider": provider.id})
    if external_identities.is_account_closed(context.db, person_id):
        raise ExternalSignInFailed("the account is closed", unknown_person=True)
    _sync_roles(context, provider, person_id, roles_from_claims(provider, claims))
    if not directory_store.roles(context.db, person_id):
        raise ExternalSignInFailed("no role is left", unknown_person=True)
    return person_id


def _match_person(context: RequestContext, provider: Provider, claims: Mapping[str, object]) -> str | None:
    values = claim_texts(claims, provider.person.claim)
    if len(values) != 1:
        return None
    if provider.person.matches is MatchBy.SIGN_IN_NAME:
        account = account_store.account(context.db, normalize_username(values[0]))
        return None if account is None else account.person_id
    if provider.person.matches is MatchBy.FILE_ID:
        return external_identities.person_by_file_id(context.db, values[0])
    try:
        cpr = parse_cpr(values[0])
    except ValueError:
        return None
    return identity_service.find_holders(context, (cpr,)).get(cpr)


def _create_person(context: RequestContext, provider: Provider, claims: Mapping[str, object]) -> str:
    roles = roles_from_claims(provider, claims)
    if not provider.person.make or not roles:
        raise ExternalSignInFailed("nobody here is that person", unknown_person=True)
    given_name, surname = (
        (claim_texts(claims, name) or ("",))[0][:120]
        for name in (provider.person.given_name, provider.person.surname)
    )
    email = (claim_texts(claims, "email") or ("",))[0][:254]
    person = Person(new_id(), given_name or email or provider.name, surname, email=email)
    first = min(roles)
    directory_service.add_person(context, person, first)
    external_identities.set_role_provider(context.db, person.id, first, provider.id)
    return person.id


def _sync_roles(context: RequestContext, provider: Provider, person_id: str, wanted: frozenset[Role]) -> None:
    """Add and remove the roles that the directory gives; roles that were given by hand stay."""
    from_provider = external_identities.roles_from_provider(context.db, person_id, provider.id)
    current = {assignment.role for assignment in directory_store.roles(context.db, person_id)}
    person = directory_store.person(context.db, person_id)
    if person is None:
        raise ExternalSignInFailed("the person is gone", unknown_person=True)
    for role in sorted(from_provider - wanted):
        directory_store.remove_role(context.db, person_id, role)
        record_change(context, "people:role:end", person_id, {"role": [role, None], "provider": provider.id})
    # A role that was given by hand isn't marked as the provider's, so it stays when the group ends.
    for role in sorted(wanted - current):
        directory_store.add_roles(context.db, [person], role, context.now, None)
        external_identities.set_role_provider(context.db, person_id, role, provider.id)
        record_change(
            context, "people:role:begin", person_id, {"role": [None, role], "provider": provider.id}
        )


def start_external_session(
    context: RequestContext,
    provider: Provider,
    person_id: str,
    device: str,
    old_token: str,
    rules: SignInRules,
) -> StartedSession:
    """Open a session after a sign-in at a provider; our own second factor is required unless the provider's
    counts.
    """
    if provider.second_factor:
        return StartedSession(
            open_session(context, person_id, device, old_token, method=SignInMethod.OUTSIDE)
        )
    return start_session(context, person_id, SignInMethod.OUTSIDE, device, old_token, rules)
