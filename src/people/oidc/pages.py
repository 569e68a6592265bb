"""Signing in at an identity provider (MitID, the staff directory): redirecting to it, and its callback."""

import structlog
from litestar import Response, get
from litestar.params import FromPath, FromQuery

from foundation.i18n import LazyText
from people.authentication.providers import Provider
from people.errors import ExternalSignInFailed, NotFound
from people.oidc import client, protocol, service
from people.sign_in.redirects import complete_sign_in
from people.web.app_state import AppRequest, app_state
from people.web.context import read_context, write_context
from people.web.cookies import (
    PageResponse,
    describe_user_agent,
    safe_redirect_path,
    session_token,
    set_cookie,
)
from people.web.responses import NavigationLink, absolute_url, render
from people.web.rules import public

REQUEST_COOKIE_SECONDS = int(protocol.REQUEST_LIFETIME.total_seconds())

_log = structlog.get_logger()


@get("/sign-in/outside/{provider_id:str}", opt=public(), sync_to_thread=True)
def start_sign_in(
    request: AppRequest, provider_id: FromPath[str], back: FromQuery[str] = "/"
) -> PageResponse:
    """Redirect to the provider. Nothing is stored: the state of the sign-in is in the browser's own cookie.

    A link and not a form, because the content security policy forbids forms that lead to another site.
    """
    provider = _provider(request, provider_id)
    now = app_state(request).clock()
    secret = protocol.new_browser_secret(now)
    try:
        metadata = client.discover(provider)
        auth_request = protocol.authorization_request(secret, provider.id, now)
    except ExternalSignInFailed as error:
        return _failure_page(request, provider, error)
    response: Response[None] = Response(None, status_code=303)
    response.headers["Location"] = protocol.authorization_url(
        provider, metadata, auth_request, _redirect_uri(request, provider)
    )
    set_cookie(
        request,
        response,
        _cookie_name(request),
        f"{secret} {safe_redirect_path(back)}",
        REQUEST_COOKIE_SECONDS,
    )
    return response


@get("/sign-in/outside/{provider_id:str}/back", opt=public(), sync_to_thread=True)
def callback(request: AppRequest, provider_id: FromPath[str]) -> PageResponse:
    """The provider's callback, with a code or an error.

    The only URL that signs in without a form: the state is bound to the browser's cookie, and can be used
    once.
    """
    provider = _provider(request, provider_id)
    secret, _, return_path = request.cookies.get(_cookie_name(request), "").partition(" ")
    now = app_state(request).clock()
    # A missing `iss` and an empty one are told apart by `check_callback`.
    parameters = {
        name: request.query_params.get(name, "")
        for name in ("state", "code", "iss")
        if name in request.query_params
    }
    try:
        auth_request = protocol.authorization_request(secret, provider.id, now)
        if "error" in request.query_params:
            raise ExternalSignInFailed("the provider refused", cancelled=True)
        metadata = client.discover(provider)
        code = protocol.check_callback(metadata, auth_request, parameters)
        with write_context(request) as context:
            # Committed on its own: the state is used up even if the exchange fails, and no transaction stays
            # open while the provider is asked.
            service.consume_state(context, auth_request.state)
        redirect_uri = _redirect_uri(request, provider)
        id_token = client.exchange_code(provider, metadata, code, auth_request.code_verifier, redirect_uri)
        claims = protocol.check_id_token(
            provider, client.fetch_signing_keys(metadata), id_token, auth_request.nonce, now
        )
        with write_context(request) as context:
            person_id = service.resolve_person(context, provider, claims)
            session = service.start_external_session(
                context,
                provider,
                person_id,
                describe_user_agent(request),
                session_token(request),
                app_state(request).sign_in_rules,
            )
    except ExternalSignInFailed as error:
        response = _failure_page(request, provider, error)
    else:
        # Checked again, because the path comes from the browser's cookie.
        response = complete_sign_in(request, session, safe_redirect_path(return_path), saved_form="")
    # After a failure too: the secret is for one sign-in only.
    set_cookie(request, response, _cookie_name(request), "", 0)
    return response


def _provider(request: AppRequest, provider_id: str) -> Provider:
    for provider in app_state(request).sign_in_rules.providers:
        if provider.id == provider_id:
            return provider
    raise NotFound


def _redirect_uri(request: AppRequest, provider: Provider) -> str:
    return absolute_url(request, f"/sign-in/outside/{provider.id}/back")


def _cookie_name(request: AppRequest) -> str:
    return f"{app_state(request).session_cookie_name}-outside"


def _failure_page(request: AppRequest, provider: Provider, error: ExternalSignInFailed) -> PageResponse:
    _log.warning("sign-in outside failed", provider=provider.id, reason=str(error))
    with read_context(request):
        return render(
            request, "people/oidc/failed.html", status=422, provider=provider.name, message=error.text
        )


ROUTES = (start_sign_in, callback)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
