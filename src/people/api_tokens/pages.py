"""The pages for one's own API tokens: list, new, shown once, revoked."""

import re

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from foundation.ids import ID_LENGTH, new_id
from people.access.scopes import TOKEN_OWNER_ROLES, Feature, Scope
from people.api_tokens import service
from people.errors import TooManyTokens
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

FEATURE_NAMES = {
    Feature.PEOPLE: N_("People"),
    Feature.GUIDES: N_("Guides and pairings"),
    Feature.PLANS: N_("Goals"),
    Feature.BUDGETS: N_("Money"),
}
ACCESS_LEVELS: dict[str, tuple[str, bool | None]] = {
    "": (N_("No access"), None),
    "read": (N_("Read"), False),
    "write": (N_("Read and change"), True),
}
_ID_PATTERN = re.compile(rf"[0-9a-z]{{{ID_LENGTH}}}")


@get("/tokens", opt=require_role(*TOKEN_OWNER_ROLES), sync_to_thread=True)
def show_tokens(request: AppRequest) -> Response[str]:
    """The user's tokens."""
    with read_context(request) as context:
        tokens = service.tokens(context)
    return render(
        request, "people/api_tokens/list.html", tokens=tokens, now=context.now, feature_names=FEATURE_NAMES
    )


@get("/tokens/new", opt=require_role(*TOKEN_OWNER_ROLES), sync_to_thread=True)
def show_new_token(request: AppRequest) -> Response[str]:
    """The form for a new token."""
    with read_context(request):
        return _form_page(request, new_id())


@post("/tokens", opt=require_role(*TOKEN_OWNER_ROLES), sync_to_thread=True, status_code=200)
def make_token(request: AppRequest) -> Response[str] | Response[None]:
    """Create a token and show it, only once."""
    form = form_data(request)
    key = form.text("key")
    try:
        name, scopes, days = _parse_form(FormReader(form))
        with write_context(request) as context:
            # The key comes from the form and becomes the id, so that posting it twice makes one token.
            text = service.make_token(
                context, key if _ID_PATTERN.fullmatch(key) else new_id(), name, scopes, days
            )
    except ValidationErrors as error:
        return _form_page(request, key, errors=error.errors)
    except TooManyTokens as error:
        return _form_page(request, key, errors=(FieldError("name", error.text),))
    # Posted twice: only the hash is stored, so the token can't be shown again.
    if text is None:
        return redirect("/tokens")
    return render(request, "people/api_tokens/created.html", name=name, token=text, days=days)


def _parse_form(reader: FormReader) -> tuple[str, tuple[Scope, ...], int]:
    name = reader.text("name", required=N_("Write what the key is for."), length_max=80)
    scopes = tuple(
        Scope(feature, writes)
        for feature in Feature
        if (writes := ACCESS_LEVELS.get(reader.form.text(feature), ACCESS_LEVELS[""])[1]) is not None
    )
    if not scopes:
        reader.add_error(Feature.PEOPLE, N_("Let the key do something in one part at least."))
    days = reader.choice(
        "days", {str(days): days for days in service.DAYS}, required=N_("Choose how long it holds.")
    )
    reader.raise_if_invalid()
    return name, scopes, days


def _form_page(request: AppRequest, key: str, *, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    texts = translations(language(request))
    return render(
        request,
        "people/api_tokens/new.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors else None,
        key=key,
        features=tuple((feature.value, texts.gettext(name)) for feature, name in FEATURE_NAMES.items()),
        rights=tuple((value, texts.gettext(name)) for value, (name, _) in ACCESS_LEVELS.items()),
        days=service.DAYS,
    )


@post(
    "/tokens/{token_id:str}/revoke",
    opt=require_role(*TOKEN_OWNER_ROLES),
    sync_to_thread=True,
    status_code=303,
)
def revoke_token(request: AppRequest, token_id: FromPath[str]) -> Response[None]:
    """Revoke a token at once."""
    with write_context(request) as context:
        service.revoke_token(context, token_id)
    return redirect("/tokens", request, flash="token_revoked")


ROUTES = (show_tokens, show_new_token, make_token, revoke_token)

FLASH_MESSAGES = {"token_revoked": LazyText(N_("The key opens nothing any more."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
