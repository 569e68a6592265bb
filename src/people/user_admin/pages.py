"""The administrator's pages for users and their accounts."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.forms import FormReader, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from foundation.ids import new_id
from people.access.labels import ROLE_NAMES
from people.access.model import Role
from people.directory import service as directory_service
from people.directory.model import Area, Person
from people.sign_in import account_service, second_factor_service
from people.sign_in import service as sign_in_service
from people.user_admin import service
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, absolute_url, form_data, language, redirect, render
from people.web.rules import require_role


@get("/users", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_users(
    request: AppRequest,
    role: FromQuery[str] = "coordinator",
    text: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Everyone who has a staff role or is a guide; citizens are not listed to administrators."""
    chosen = Role(role) if role in STAFF_ROLES else Role.COORDINATOR
    page = max(1, page)
    with read_context(request) as context:
        people, count = directory_service.find_people(context, chosen, text, page)
    return render(
        request,
        "people/user_admin/list.html",
        people=people,
        count=count,
        page=page,
        page_length=directory_service.PAGE_LENGTH,
        role=chosen,
        text=text,
        role_names=ROLE_NAMES,
        role_choices=role_choices(request),
    )


@get("/users/new", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_new_user(request: AppRequest) -> Response[str]:
    """The form for a new user."""
    with read_context(request) as context:
        areas = directory_service.areas(context)
    return render(
        request,
        "people/user_admin/new.html",
        role_choices=role_choices(request),
        area_choices=area_choices(areas),
    )


@post("/users", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True, status_code=200)
def add_user(request: AppRequest) -> Response[str] | Response[None]:
    """Add a user and show the invitation link, which is not stored."""
    form = form_data(request)
    reader = FormReader(form)
    given_name = reader.text("given_name", required=N_("Write the given name."), length_max=120)
    surname = reader.text("surname", required=N_("Write the surname."), length_max=120)
    email = reader.text("email", length_max=254)
    phone = reader.text("phone", length_max=40)
    role = reader.choice("role", {key.value: key for key in STAFF_ROLES}, required=N_("Choose a role."))
    with read_context(request) as context:
        areas = directory_service.areas(context)
    area_ids = {"": None} | {area.id: area.id for area in areas}
    area_id = reader.choice("area", area_ids, required=N_("Choose an area from the list."))
    try:
        reader.raise_if_invalid()
    except ValidationErrors as error:
        return render(
            request,
            "people/user_admin/new.html",
            status=422,
            errors=error.errors,
            posted=form,
            role_choices=role_choices(request),
            area_choices=area_choices(areas),
        )
    with write_context(request) as context:
        person = Person(new_id(), given_name, surname, phone=phone, email=email)
        directory_service.add_person(context, person, role, area_id)
        token = account_service.invite(context, person.id)
    return render(
        request,
        "people/sign_in/invited.html",
        person=person,
        address=absolute_url(request, f"/invitations/{token}"),
    )


@get("/users/{person_id:str}", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_user(request: AppRequest, person_id: FromPath[str]) -> Response[str]:
    """One user: roles and account."""
    with read_context(request) as context:
        user = service.user(context, person_id)
        area_names = dict(area_choices(directory_service.areas(context)))
    return render(
        request, "people/user_admin/detail.html", user=user, role_names=ROLE_NAMES, area_names=area_names
    )


@post(
    "/users/{person_id:str}/invite",
    opt=require_role(Role.ADMINISTRATOR),
    sync_to_thread=True,
    status_code=200,
)
def invite_again(request: AppRequest, person_id: FromPath[str]) -> Response[str]:
    """A new invitation link for a user."""
    with write_context(request) as context:
        user = service.user(context, person_id)
        token = account_service.invite(context, person_id)
    return render(
        request,
        "people/sign_in/invited.html",
        person=user.person,
        address=absolute_url(request, f"/invitations/{token}"),
    )


@post(
    "/users/{person_id:str}/close", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True, status_code=303
)
def close_account(request: AppRequest, person_id: FromPath[str]) -> Response[None]:
    """Close a user's account at once; an unused invitation is revoked."""
    with write_context(request) as context:
        user = service.user(context, person_id)
        account_service.set_enabled(context, person_id, enabled=False)
    flash = "invitation_ended" if user.sign_in_name is None else "account_closed"
    return redirect(f"/users/{person_id}", request, flash=flash)


@post(
    "/users/{person_id:str}/open", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True, status_code=303
)
def open_account(request: AppRequest, person_id: FromPath[str]) -> Response[None]:
    """Open a user's account again."""
    with write_context(request) as context:
        # For its NotFound: a citizen's account is not the administrator's to open.
        service.user(context, person_id)
        account_service.set_enabled(context, person_id, enabled=True)
    return redirect(f"/users/{person_id}", request, flash="account_opened")


@post(
    "/users/{person_id:str}/remove-second-factor",
    opt=require_role(Role.ADMINISTRATOR),
    sync_to_thread=True,
    status_code=303,
)
def remove_second_factor(request: AppRequest, person_id: FromPath[str]) -> Response[None]:
    """For a user without phone and recovery codes: they set up a new app at the next sign-in."""
    with write_context(request) as context:
        service.user(context, person_id)
        second_factor_service.remove(context, person_id)
        sign_in_service.revoke_sessions(context, person_id)
    return redirect(f"/users/{person_id}", request, flash="second_factor_removed")


def role_choices(request: AppRequest) -> tuple[tuple[str, str], ...]:
    """The roles other than citizen, as options of a form."""
    texts = translations(language(request))
    return tuple((role.value, texts.gettext(name)) for role, name in STAFF_ROLES.items())


def area_choices(areas: Sequence[Area]) -> tuple[tuple[str, str], ...]:
    """The areas as options of a form."""
    return tuple((area.id, area.name) for area in areas)


STAFF_ROLES = {role: name for role, name in ROLE_NAMES.items() if role is not Role.CITIZEN}

ROUTES = (
    show_users,
    show_new_user,
    add_user,
    show_user,
    invite_again,
    close_account,
    open_account,
    remove_second_factor,
)

FLASH_MESSAGES = {
    "account_closed": LazyText(N_("The account is closed. The person is signed out everywhere.")),
    "invitation_ended": LazyText(N_("The invitation is taken back. Its link no longer works.")),
    "second_factor_removed": LazyText(
        N_("The code app is removed. The person sets one up at the next sign-in.")
    ),
    "account_opened": LazyText(N_("The account is open again.")),
}

NAVIGATION = (NavigationLink("/users", N_("Users"), frozenset({Role.ADMINISTRATOR})),)
