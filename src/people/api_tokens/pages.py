"""Keys for programs, as whoever makes them sees them: list, new, shown once, ended."""

import re

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text, translations
from foundation.ids import ID_LENGTH, new_id
from people.access.scopes import OWNERS, Feature, Scope
from people.api_tokens import service
from people.errors import TooManyTokens
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

FEATURE_NAMES = {
    Feature.PEOPLE: N_("People"),
    Feature.GUIDES: N_("Guides and pairings"),
    Feature.PLANS: N_("Goals"),
    Feature.BUDGETS: N_("Money"),
}
RIGHTS: dict[str, tuple[str, bool | None]] = {
    "": (N_("No access"), None),
    "read": (N_("Read"), False),
    "write": (N_("Read and change"), True),
}
_ID = re.compile(rf"[0-9a-z]{{{ID_LENGTH}}}")


@get("/tokens", opt=only(*OWNERS), sync_to_thread=True)
def show_tokens(request: AppRequest) -> Response[str]:
    """The keys that I have made."""
    with reading(request) as visit:
        tokens = service.tokens(visit)
    return show(request, "people/tokens.html", tokens=tokens, now=visit.now, feature_names=FEATURE_NAMES)


@get("/tokens/new", opt=only(*OWNERS), sync_to_thread=True)
def show_new_token(request: AppRequest) -> Response[str]:
    """The form for a new key."""
    with reading(request):
        return _form(request, new_id())


@post("/tokens", opt=only(*OWNERS), sync_to_thread=True, status_code=200)
def make_token(request: AppRequest) -> Response[str] | Response[None]:
    """Make a key and show it, this once."""
    form = posted(request)
    key = form.text("key")
    try:
        name, scopes, days = _read(FormReader(form))
        with writing(request) as visit:
            text = service.make_token(visit, key if _ID.fullmatch(key) else new_id(), name, scopes, days)
    except FormFaults as problem:
        return _form(request, key, faults=problem.faults)
    except TooManyTokens as problem:
        return _form(request, key, faults=(FieldFault("name", problem.text),))
    if text is None:
        return go("/tokens")
    return show(request, "people/token_made.html", name=name, token=text, days=days)


def _read(reader: FormReader) -> tuple[str, tuple[Scope, ...], int]:
    name = reader.text("name", required=N_("Write what the key is for."), longest=80)
    scopes = tuple(
        Scope(feature, writes)
        for feature in Feature
        if (writes := RIGHTS.get(reader.posted.text(feature), RIGHTS[""])[1]) is not None
    )
    if not scopes:
        reader.fault(Feature.PEOPLE, N_("Let the key do something in one part at least."))
    days = reader.choice(
        "days", {str(days): days for days in service.DAYS}, required=N_("Choose how long it holds.")
    )
    reader.finish()
    return name, scopes, days


def _form(request: AppRequest, key: str, *, faults: tuple[FieldFault, ...] = ()) -> Response[str]:
    texts = translations(language(request))
    return show(
        request,
        "people/new_token.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        key=key,
        features=tuple((feature.value, texts.gettext(name)) for feature, name in FEATURE_NAMES.items()),
        rights=tuple((value, texts.gettext(name)) for value, (name, _) in RIGHTS.items()),
        days=service.DAYS,
    )


@post("/tokens/{token_id:str}/revoke", opt=only(*OWNERS), sync_to_thread=True, status_code=303)
def revoke_token(request: AppRequest, token_id: FromPath[str]) -> Response[None]:
    """End a key at once."""
    with writing(request) as visit:
        service.revoke_token(visit, token_id)
    return go("/tokens", request, notice="token_revoked")


ROUTES = (show_tokens, show_new_token, make_token, revoke_token)

NOTICES = {"token_revoked": Text(N_("The key opens nothing any more."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
