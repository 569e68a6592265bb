"""API tokens for tests."""

from foundation.ids import new_id
from people.access.scopes import ALL_SCOPES, Scope
from people.api_tokens import service as api_tokens_service
from people.directory.model import Person
from tests.support.people_factory import PeopleFactory


def api_token(people: PeopleFactory, person: Person, *scopes: Scope, days: int = 30) -> str:
    with people.acting_as(person) as context:
        token = api_tokens_service.make_token(context, new_id(), "Prøve", scopes or ALL_SCOPES, days)
    assert token is not None
    return token
