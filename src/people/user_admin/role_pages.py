"""The administrator's page for one user's roles."""

from collections.abc import Sequence

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from people.access.labels import ROLE_NAMES
from people.access.model import Role, RoleAssignment
from people.directory import service as directory_service
from people.directory.model import Area
from people.errors import LastRole, OwnAdministratorRole
from people.user_admin import roles, service
from people.user_admin.model import User
from people.user_admin.roles import MANUAL_ROLES
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

_WHOLE_MUNICIPALITY = "all"  # the option for a role without an area
_AREA_PREFIX = "area:"


class _RolePage(msgspec.Struct, frozen=True):
    """What the page shows."""

    user: User
    areas: tuple[Area, ...]
    from_directory: frozenset[Role]


def _load_page(context: RequestContext, person_id: str) -> _RolePage:
    user = service.user(context, person_id)
    return _RolePage(user, directory_service.areas(context), roles.directory_roles(context, person_id))


@get("/users/{person_id:str}/roles", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_roles(request: AppRequest, person_id: FromPath[str]) -> Response[str]:
    """The roles of a user, each with the area that it is limited to."""
    with read_context(request) as context:
        page = _load_page(context, person_id)
    return _render_page(request, page)


@post(
    "/users/{person_id:str}/roles", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True, status_code=303
)
def save_roles(request: AppRequest, person_id: FromPath[str]) -> Response[str] | Response[None]:
    """Give, remove and limit roles; the user has to sign in again."""
    with read_context(request) as context:
        page = _load_page(context, person_id)
    try:
        wanted = _parse_roles(request, page.areas)
        with write_context(request) as context:
            after = roles.change_roles(context, person_id, wanted)
    except ValidationErrors as error:
        return _render_page(request, page, error.errors)
    except (LastRole, OwnAdministratorRole) as error:
        return _render_page(request, page, (FieldError(f"role_{MANUAL_ROLES[-1]}", error.text),))
    changed = set(after.roles) != set(page.user.roles)
    return redirect(f"/users/{person_id}", request, flash="roles_changed" if changed else "roles_kept")


def _parse_roles(request: AppRequest, areas: Sequence[Area]) -> dict[Role, RoleAssignment]:
    reader = FormReader(form_data(request))
    wanted: dict[Role, RoleAssignment] = {}
    for role in MANUAL_ROLES:
        options = {"": None, _WHOLE_MUNICIPALITY: RoleAssignment(role)}
        options |= {f"{_AREA_PREFIX}{area.id}": RoleAssignment(role, area.id) for area in areas}
        assignment = reader.choice(f"role_{role}", options, required=N_("Choose from the list."))
        if assignment is not None:
            wanted[role] = assignment
    reader.raise_if_invalid()
    return wanted


def _render_page(request: AppRequest, page: _RolePage, errors: Sequence[FieldError] = ()) -> Response[str]:
    gettext = translations(language(request)).gettext
    assignments = {assignment.role: assignment for assignment in page.user.roles}
    areas = [
        (f"{_AREA_PREFIX}{area.id}", gettext(N_("Only citizens of %(area)s")) % {"area": area.name})
        for area in page.areas
    ]
    return render(
        request,
        "people/user_admin/roles.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors else None,
        user=page.user,
        kept=tuple(ROLE_NAMES[role] for role in assignments if role not in MANUAL_ROLES),
        roles=tuple(
            (
                f"role_{role}",
                ROLE_NAMES[role],
                _choice_value(assignments.get(role)),
                (
                    *(() if role in page.from_directory else (("", gettext(N_("No"))),)),
                    (_WHOLE_MUNICIPALITY, gettext(N_("Yes, the whole municipality"))),
                    *areas,
                ),
                role in page.from_directory,
            )
            for role in MANUAL_ROLES
        ),
    )


def _choice_value(assignment: RoleAssignment | None) -> str:
    if assignment is None:
        return ""
    return _WHOLE_MUNICIPALITY if assignment.area is None else f"{_AREA_PREFIX}{assignment.area}"


ROUTES = (show_roles, save_roles)

FLASH_MESSAGES = {
    "roles_changed": LazyText(N_("The roles are saved. The person signs in anew.")),
    "roles_kept": LazyText(N_("The roles are as they were.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
