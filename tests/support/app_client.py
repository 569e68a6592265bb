"""A client of the app that checks every page it fetches."""

from collections.abc import Callable
from copy import copy
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Self

import httpx
from litestar import Litestar
from litestar.events import SimpleEventEmitter
from litestar.testing import TestClient
from litestar.types import ASGIApp
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import Engine

from foundation.db import transactions
from foundation.html.assets import collect
from foundation.resources import resource_dir
from livsmester.app import build_routes, build_state
from livsmester.http.middleware import with_security_headers
from livsmester.settings import Settings
from people.access.model import ANONYMOUS
from people.authentication.rules import SignInMethod
from people.directory.model import Person
from people.sign_in import service as sign_in_service
from people.web.app_state import AppState
from people.web.context import RequestContext
from tests.support.people_factory import KEYS

DOMAIN = "testserver.local"
BASE_URL = f"http://{DOMAIN}"


_ASSETS = collect(resource_dir("static"))


@cache
def _routes() -> Litestar:
    return build_routes(_ASSETS)


def make_app(settings: Settings, engine: Engine, clock: Callable[[], datetime]) -> Litestar:
    """An app as `build_litestar` makes it, but with routes that all tests of the process share.

    Registering the routes takes Litestar a third of a second, and they never change.
    """
    app = copy(_routes())
    app.state = build_state(settings, engine, _ASSETS, clock=clock, keys=KEYS)
    app.event_emitter = SimpleEventEmitter(())
    app.asgi_router = copy(app.asgi_router)  # whose lifespan is its app's
    app.asgi_router.app = app
    return app


def make_app_with_middleware(settings: Settings, engine: Engine, clock: Callable[[], datetime]) -> ASGIApp:
    """The same with its middleware, as `build_app` makes it."""
    return with_security_headers(make_app(settings, engine, clock), secure=settings.secure)


class Page:
    """A response that was checked as a page."""

    def __init__(self, browser: "Browser", response: httpx.Response) -> None:
        self.browser = browser
        self.response = response
        self.status = response.status_code
        self.path = response.url.raw_path.decode()
        self.tree = LexborHTMLParser(response.text)
        if response.headers.get("content-type", "").startswith("text/html"):
            assert_valid_page(self.tree, response)

    @property
    def heading(self) -> str:
        """The text of the h1."""
        return _text(self.tree.css_first("h1"))

    @property
    def title(self) -> str:
        """The page's title."""
        return _text(self.tree.css_first("title"))

    @property
    def text(self) -> str:
        """The text of the main element, with single spaces."""
        return _text(self.tree.css_first("main"))

    def all(self, selector: str) -> list[str]:
        """The texts of all nodes that the selector matches."""
        return [_text(node) for node in self.tree.css(selector)]

    def click(self, label: str) -> "Page":
        """Follow the link with that text."""
        for link in self.tree.css("a"):
            if _text(link) == label:
                return self.browser.get(link.attributes["href"] or "")
        raise AssertionError(f"no link “{label}” on {self.path}; there are {self.all('a')}")

    def submit(
        self, label: str, files: dict[str, tuple[str, bytes]] | None = None, /, **values: str | list[str]
    ) -> "Page":
        """Submit the form of the button with that text; fields that are not in `values` keep what the page holds."""
        for form in self.tree.css("form"):
            for button in form.css("button"):
                if _text(button) == label:
                    fields = _form_fields(form)
                    name = button.attributes.get("name")
                    if name:
                        fields[name] = [button.attributes.get("value") or ""]
                    unknown = set(values) - {node.attributes.get("name") for node in form.css("[name]")}
                    assert not unknown, f"the form has no fields {unknown}"
                    fields |= {
                        key: [value] if isinstance(value, str) else value for key, value in values.items()
                    }
                    action = button.attributes.get("formaction") or form.attributes.get("action") or ""
                    if (form.attributes.get("method") or "get").lower() == "get":
                        return self.browser.get(f"{action}?{httpx.QueryParams(fields)}")
                    return self.browser.post(action, fields, files)
        raise AssertionError(f"no button “{label}” on {self.path}; there are {self.all('button')}")


class Browser:
    """A browser session: keeps cookies, follows redirects."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self.client = client

    def get(self, path: str) -> Page:
        """Fetch a page."""
        return Page(self, self.client.get(path, follow_redirects=True))

    def post(
        self,
        path: str,
        fields: dict[str, list[str]] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> Page:
        """Post a form without adding a CSRF token."""
        return Page(self, self.client.post(path, data=fields or {}, files=files, follow_redirects=True))


class AppClient:
    """The running app."""

    def __init__(self, app: Litestar, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.app = app
        self.engine = engine
        self.clock = clock
        self.client = TestClient(app, base_url=BASE_URL)  # for tests that set their own cookies

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.client.__exit__(exception_type, exception, traceback)

    def anonymous(self) -> Browser:
        """A browser that is not signed in."""
        client = TestClient(self.app, base_url=BASE_URL)
        # Share the running app's event loop and threads: a client by itself starts new ones for every request.
        client.blocking_portal = self.client.blocking_portal
        return Browser(client)

    def session_token(self, person: Person) -> str:
        """Open a session of that person; returns its token."""
        with transactions.write_transaction(self.engine) as db:
            return sign_in_service.open_session(
                RequestContext(db, ANONYMOUS, self.clock()), person.id, "Test", method=SignInMethod.PASSWORD
            )

    def signed_in(self, person: Person) -> Browser:
        """A browser that is signed in as that person."""
        browser = self.anonymous()
        state: AppState = self.app.state.app_state
        browser.client.cookies.set(state.session_cookie_name, self.session_token(person), domain=DOMAIN)
        return browser


def assert_valid_page(tree: LexborHTMLParser, response: httpx.Response) -> None:
    """Assert that the page has one h1 that begins the title, a language, labelled fields, and valid forms and links."""
    source = f"{response.request.method} {response.url.path}"
    headings = [_text(node) for node in tree.css("h1")]
    assert len(headings) == 1, f"{source}: one h1, not {headings}"
    assert headings[0], f"{source}: an empty h1"
    title = _text(tree.css_first("title")).removeprefix("Fejl: ").removeprefix("Fault: ")
    assert title.startswith(headings[0]), f"{source}: the title “{title}” begins with the h1 “{headings[0]}”"
    assert tree.css_first("html").attributes.get("lang") in {"da", "en"}, source
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids)), f"{source}: ids twice: {sorted(id for id in ids if ids.count(id) > 1)}"
    assert not tree.css("style, [style], [onclick], [onload], script:not([src])"), (
        f"{source}: inline code or style"
    )
    for form in tree.css("form"):
        assert form.attributes.get("action"), f"{source}: a form without an action"
        if (form.attributes.get("method") or "").lower() == "post":
            assert form.css_first("[name=csrf_token]"), f"{source}: a form without a token"
    labelled = {node.attributes.get("for") for node in tree.css("label")}
    for field in tree.css("input:not([type=hidden]), select, textarea"):
        is_labelled = field.attributes.get("id") in labelled or field.attributes.get("aria-label")
        assert is_labelled or field.attributes.get("aria-labelledby"), (
            f"{source}: a field without a label: {field.html}"
        )
    for link in tree.css("a"):
        assert link.attributes.get("href"), f"{source}: a link that leads nowhere: {link.html}"


def _form_fields(form: LexborNode) -> dict[str, list[str]]:
    values_by_name: dict[str, list[str]] = {}
    for field in form.css("input[name], select[name], textarea[name]"):
        attributes = field.attributes
        name = attributes["name"] or ""
        kind = (attributes.get("type") or "").lower()
        if kind == "file" or (kind in {"checkbox", "radio"} and "checked" not in attributes):
            continue
        if field.tag == "select":
            options = [
                option for option in field.css("option") if "selected" in option.attributes
            ] or field.css("option")[:1]
            values = [option.attributes.get("value") or "" for option in options]
        elif field.tag == "textarea":
            values = [(field.text() or "").removeprefix("\n")]
        else:
            values = [attributes.get("value") or ("on" if kind == "checkbox" else "")]
        values_by_name[name] = values_by_name.get(name, []) + values
    return values_by_name


def _text(node: LexborNode | None) -> str:
    return "" if node is None else " ".join(node.text(separator=" ").split())
