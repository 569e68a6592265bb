"""Signing in outside: on to MitID or the directory, and back."""

import structlog
from litestar import Response, get
from litestar.params import FromPath, FromQuery

from foundation.i18n import Text
from people.authentication.providers import Provider
from people.errors import NotFound, OutsideFailed
from people.oidc import client, protocol, service
from people.sign_in.redirects import arrive
from people.web.app_state import AppRequest, house
from people.web.context import reading, writing
from people.web.cookies import Answer, device, keep, local_path, session_token
from people.web.responses import NavigationLink, full_address, show
from people.web.rules import everyone

ATTEMPT_SECONDS = int(protocol.ATTEMPT_LENGTH.total_seconds())

_log = structlog.get_logger()


@get("/sign-in/outside/{provider_id:str}", opt=everyone(), sync_to_thread=True)
def go_outside(request: AppRequest, provider_id: FromPath[str], back: FromQuery[str] = "/") -> Answer:
    """On to the provider. Stores nothing: what belongs to the try lies in the browser's own cookie.

    A link and no form, because the content security policy lets no form lead to another site.
    """
    provider = _provider(request, provider_id)
    now = house(request).clock()
    secret = protocol.new_secret(now)
    try:
        metadata = client.discover(provider)
        tried = protocol.attempt(secret, provider.id, now)
    except OutsideFailed as problem:
        return _failed(request, provider, problem)
    answer: Response[None] = Response(None, status_code=303)
    answer.headers["Location"] = protocol.way_out(provider, metadata, tried, _redirect_uri(request, provider))
    keep(request, answer, _cookie(request), f"{secret} {local_path(back)}", ATTEMPT_SECONDS)
    return answer


@get("/sign-in/outside/{provider_id:str}/back", opt=everyone(), sync_to_thread=True)
def come_back(request: AppRequest, provider_id: FromPath[str]) -> Answer:
    """Back from the provider, with a code or a refusal. The one address that signs in without a form: the try that it
    belongs to stands in the browser's cookie, and works once."""
    provider = _provider(request, provider_id)
    secret, _, back = request.cookies.get(_cookie(request), "").partition(" ")
    now = house(request).clock()
    said = {
        name: request.query_params.get(name, "")
        for name in ("state", "code", "iss")
        if name in request.query_params
    }
    try:
        tried = protocol.attempt(secret, provider.id, now)
        if "error" in request.query_params:
            raise OutsideFailed("the provider refused", refused=True)
        metadata = client.discover(provider)
        code = protocol.check_answer(metadata, tried, said)
        with writing(request) as visit:
            service.use_try(visit, tried.state)
        redirect_uri = _redirect_uri(request, provider)
        id_token = client.redeem(provider, metadata, code, tried.verifier, redirect_uri)
        claims = protocol.check_id_token(provider, client.keys(metadata), id_token, tried.nonce, now)
        with writing(request) as visit:
            person_id = service.who_comes(visit, provider, claims)
            opened = service.open_outside_session(
                visit, provider, person_id, device(request), session_token(request), house(request).sign_in
            )
    except OutsideFailed as problem:
        answer = _failed(request, provider, problem)
    else:
        answer = arrive(request, opened, local_path(back), carried="")
    keep(request, answer, _cookie(request), "", 0)
    return answer


def _provider(request: AppRequest, provider_id: str) -> Provider:
    for provider in house(request).sign_in.providers:
        if provider.id == provider_id:
            return provider
    raise NotFound


def _redirect_uri(request: AppRequest, provider: Provider) -> str:
    return full_address(request, f"/sign-in/outside/{provider.id}/back")


def _cookie(request: AppRequest) -> str:
    return f"{house(request).cookie}-outside"


def _failed(request: AppRequest, provider: Provider, problem: OutsideFailed) -> Answer:
    _log.warning("sign-in outside failed", provider=provider.id, reason=str(problem))
    with reading(request):
        return show(
            request, "people/outside_failed.html", status=422, provider=provider.name, message=problem.text
        )


ROUTES = (go_outside, come_back)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
