"""Signing in outside: from a provider's proven claims to a person, their roles and a session."""

from collections.abc import Mapping

from foundation.ids import new_id, token_hash
from people.access.model import Role
from people.authentication.providers import Match, Provider, roles_of, texts
from people.authentication.rules import SignInRules, Way
from people.directory import external_identities
from people.directory import service as directory_service
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import OutsideFailed
from people.identity import service as identity_service
from people.identity.cpr import read_cpr
from people.sign_in import account_store
from people.sign_in.service import Opened, begin_session, fold_name, open_session
from people.web.context import Visit, record


def use_try(visit: Visit, state: str) -> None:
    """Use a try up. Raises OutsideFailed when it was before."""
    if not external_identities.use_try(visit.db, token_hash(state), visit.now):
        raise OutsideFailed("the state was used before")


def who_comes(visit: Visit, provider: Provider, claims: Mapping[str, object]) -> str:
    """The person behind proven claims, with the roles that the directory gives them now; gives the id.

    Raises OutsideFailed for somebody whom nobody knows here, and for a closed account.
    """
    subject = str(claims["sub"])
    person_id = external_identities.known_person(visit.db, provider.id, subject)
    if person_id is None:
        person_id = _found(visit, provider, claims) or _made(visit, provider, claims)
        external_identities.add_identity(visit.db, provider.id, subject, person_id, visit.now)
        record(visit, "people:outside_identity:add", person_id, {"provider": provider.id})
    if external_identities.is_closed(visit.db, person_id):
        raise OutsideFailed("the account is closed", unknown=True)
    _give_roles(visit, provider, person_id, roles_of(provider, claims))
    if not directory_store.roles(visit.db, person_id):
        raise OutsideFailed("no role is left", unknown=True)
    return person_id


def _found(visit: Visit, provider: Provider, claims: Mapping[str, object]) -> str | None:
    values = texts(claims, provider.person.claim)
    if len(values) != 1:
        return None
    if provider.person.matches is Match.SIGN_IN_NAME:
        account = account_store.account(visit.db, fold_name(values[0]))
        return None if account is None else account.person_id
    if provider.person.matches is Match.FILE_ID:
        return external_identities.person_by_file_id(visit.db, values[0])
    try:
        cpr = read_cpr(values[0])
    except ValueError:
        return None
    return identity_service.holders(visit, (cpr,)).get(cpr)


def _made(visit: Visit, provider: Provider, claims: Mapping[str, object]) -> str:
    roles = roles_of(provider, claims)
    if not provider.person.make or not roles:
        raise OutsideFailed("nobody here is that person", unknown=True)
    given_name, surname = (
        (texts(claims, name) or ("",))[0][:120]
        for name in (provider.person.given_name, provider.person.surname)
    )
    email = (texts(claims, "email") or ("",))[0][:254]
    person = Person(new_id(), given_name or email or provider.name, surname, email=email)
    first = min(roles)
    directory_service.add_person(visit, person, first)
    external_identities.mark_role_given(visit.db, person.id, first, provider.id)
    return person.id


def _give_roles(visit: Visit, provider: Provider, person_id: str, wanted: frozenset[Role]) -> None:
    """Begin and end what the directory gives; a role that was given by hand stays as it is."""
    given = external_identities.roles_given(visit.db, person_id, provider.id)
    held = {one.role for one in directory_store.roles(visit.db, person_id)}
    person = directory_store.person(visit.db, person_id)
    if person is None:
        raise OutsideFailed("the person is gone", unknown=True)
    for role in sorted(given - wanted):
        directory_store.remove_role(visit.db, person_id, role)
        record(visit, "people:role:end", person_id, {"role": [role, None], "provider": provider.id})
    for role in sorted(wanted - held):
        directory_store.add_roles(visit.db, [person], role, visit.now, None)
        external_identities.mark_role_given(visit.db, person_id, role, provider.id)
        record(visit, "people:role:begin", person_id, {"role": [None, role], "provider": provider.id})


def open_outside_session(
    visit: Visit, provider: Provider, person_id: str, device: str, old_token: str, rules: SignInRules
) -> Opened:
    """The sign-in of whoever has proved outside who they are; our own second proof is asked for unless theirs counts."""
    if provider.second_factor:
        return Opened(open_session(visit, person_id, device, old_token, way=Way.OUTSIDE))
    return begin_session(visit, person_id, Way.OUTSIDE, device, old_token, rules)
