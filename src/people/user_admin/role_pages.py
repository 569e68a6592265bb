"""The administrator's page of what one user may be here."""

from collections.abc import Sequence

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text, translations
from people.access.labels import ROLE_NAMES
from people.access.model import Role, RoleHeld
from people.directory import service as directory_service
from people.directory.model import Area
from people.errors import LastRole, OwnAdministratorRole
from people.user_admin import roles, service
from people.user_admin.model import User
from people.user_admin.roles import BY_HAND
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

_WHOLE = "all"  # what a form calls a role for citizens of every area
_AREA = "area:"


class _Page(msgspec.Struct, frozen=True):
    """What the page shows."""

    user: User
    areas: tuple[Area, ...]
    from_directory: frozenset[Role]


def _page(visit: Visit, person_id: str) -> _Page:
    user = service.user(visit, person_id)
    return _Page(user, directory_service.areas(visit), roles.given_by_directory(visit, person_id))


@get("/users/{person_id:str}/roles", opt=only(Role.ADMINISTRATOR), sync_to_thread=True)
def show_roles(request: AppRequest, person_id: FromPath[str]) -> Response[str]:
    """The roles of a user, each with the area that it is limited to."""
    with reading(request) as visit:
        page = _page(visit, person_id)
    return _show(request, page)


@post("/users/{person_id:str}/roles", opt=only(Role.ADMINISTRATOR), sync_to_thread=True, status_code=303)
def save_roles(request: AppRequest, person_id: FromPath[str]) -> Response[str] | Response[None]:
    """Give, take and limit roles; the user signs in anew."""
    with reading(request) as visit:
        page = _page(visit, person_id)
    try:
        wanted = _read(request, page.areas)
        with writing(request) as visit:
            after = roles.change_roles(visit, person_id, wanted)
    except FormFaults as problem:
        return _show(request, page, problem.faults)
    except (LastRole, OwnAdministratorRole) as problem:
        return _show(request, page, (FieldFault(f"role_{BY_HAND[-1]}", problem.text),))
    changed = set(after.roles) != set(page.user.roles)
    return go(f"/users/{person_id}", request, notice="roles_changed" if changed else "roles_kept")


def _read(request: AppRequest, areas: Sequence[Area]) -> dict[Role, RoleHeld]:
    reader = FormReader(posted(request))
    wanted: dict[Role, RoleHeld] = {}
    for role in BY_HAND:
        offered = {"": None, _WHOLE: RoleHeld(role)}
        offered |= {f"{_AREA}{area.id}": RoleHeld(role, area.id) for area in areas}
        held = reader.choice(f"role_{role}", offered, required=N_("Choose from the list."))
        if held is not None:
            wanted[role] = held
    reader.finish()
    return wanted


def _show(request: AppRequest, page: _Page, faults: Sequence[FieldFault] = ()) -> Response[str]:
    gettext = translations(language(request)).gettext
    held = {one.role: one for one in page.user.roles}
    areas = [
        (f"{_AREA}{area.id}", gettext(N_("Only citizens of %(area)s")) % {"area": area.name})
        for area in page.areas
    ]
    return show(
        request,
        "people/roles.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        user=page.user,
        kept=tuple(ROLE_NAMES[role] for role in held if role not in BY_HAND),
        roles=tuple(
            (
                f"role_{role}",
                ROLE_NAMES[role],
                _value(held.get(role)),
                (
                    *(() if role in page.from_directory else (("", gettext(N_("No"))),)),
                    (_WHOLE, gettext(N_("Yes, the whole municipality"))),
                    *areas,
                ),
                role in page.from_directory,
            )
            for role in BY_HAND
        ),
    )


def _value(held: RoleHeld | None) -> str:
    if held is None:
        return ""
    return _WHOLE if held.area is None else f"{_AREA}{held.area}"


ROUTES = (show_roles, save_roles)

NOTICES = {
    "roles_changed": Text(N_("The roles are saved. The person signs in anew.")),
    "roles_kept": Text(N_("The roles are as they were.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
