"""The administrator's view of users."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.forms import FormFaults, FormReader
from foundation.i18n import N_, Text, translations
from foundation.ids import new_id
from people.access.labels import ROLE_NAMES
from people.access.model import Role
from people.directory import service as directory_service
from people.directory.model import Area, Person
from people.sign_in import account_service
from people.sign_in import service as sign_in_service
from people.sign_in.second_factor import service as second_factor_service
from people.user_admin import service
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, full_address, go, language, posted, show
from people.web.rules import only


@get("/users", opt=only(Role.ADMINISTRATOR), sync_to_thread=True)
def show_users(
    request: AppRequest,
    role: FromQuery[str] = "coordinator",
    text: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Everyone who has a staff role or is a guide; citizens are not listed to administrators."""
    chosen = Role(role) if role in STAFF_ROLES else Role.COORDINATOR
    page = max(1, page)
    with reading(request) as visit:
        found, count = directory_service.find_people(visit, chosen, text, page)
    return show(
        request,
        "people/users.html",
        people=found,
        count=count,
        page=page,
        page_length=directory_service.PAGE_LENGTH,
        role=chosen,
        text=text,
        role_names=ROLE_NAMES,
        role_choices=role_choices(request),
    )


@get("/users/new", opt=only(Role.ADMINISTRATOR), sync_to_thread=True)
def show_new_user(request: AppRequest) -> Response[str]:
    """The form for a new user."""
    with reading(request) as visit:
        areas = directory_service.areas(visit)
    return show(
        request, "people/new_user.html", role_choices=role_choices(request), area_choices=choices(areas)
    )


@post("/users", opt=only(Role.ADMINISTRATOR), sync_to_thread=True, status_code=200)
def add_user(request: AppRequest) -> Response[str] | Response[None]:
    """Bring a user in and show the invitation link, which is not kept."""
    form = posted(request)
    reader = FormReader(form)
    given_name = reader.text("given_name", required=N_("Write the given name."), longest=120)
    surname = reader.text("surname", required=N_("Write the surname."), longest=120)
    email = reader.text("email", longest=254)
    phone = reader.text("phone", longest=40)
    role = reader.choice("role", {key.value: key for key in STAFF_ROLES}, required=N_("Choose a role."))
    with writing(request) as visit:
        areas = directory_service.areas(visit)
        area = reader.choice(
            "area",
            {"": None} | {one.id: one.id for one in areas},
            required=N_("Choose an area from the list."),
        )
        try:
            reader.finish()
        except FormFaults as problem:
            return show(
                request,
                "people/new_user.html",
                status=422,
                faults=problem.faults,
                typed=form,
                role_choices=role_choices(request),
                area_choices=choices(areas),
            )
        person = Person(new_id(), given_name, surname, phone=phone, email=email)
        directory_service.add_person(visit, person, role, area)
        token = account_service.invite(visit, person.id)
    return show(
        request, "people/invited.html", person=person, address=full_address(request, f"/invitations/{token}")
    )


@get("/users/{person_id:str}", opt=only(Role.ADMINISTRATOR), sync_to_thread=True)
def show_user(request: AppRequest, person_id: FromPath[str]) -> Response[str]:
    """One user: roles and account."""
    with reading(request) as visit:
        user = service.user(visit, person_id)
        area_names = dict(choices(directory_service.areas(visit)))
    return show(request, "people/user.html", user=user, role_names=ROLE_NAMES, area_names=area_names)


@post("/users/{person_id:str}/invite", opt=only(Role.ADMINISTRATOR), sync_to_thread=True, status_code=200)
def invite_again(request: AppRequest, person_id: FromPath[str]) -> Response[str]:
    """A new invitation link for a user."""
    with writing(request) as visit:
        user = service.user(visit, person_id)
        token = account_service.invite(visit, person_id)
    return show(
        request,
        "people/invited.html",
        person=user.person,
        address=full_address(request, f"/invitations/{token}"),
    )


@post("/users/{person_id:str}/close", opt=only(Role.ADMINISTRATOR), sync_to_thread=True, status_code=303)
def close_account(request: AppRequest, person_id: FromPath[str]) -> Response[None]:
    """Shut a user out at once; an invitation that was not used is taken back."""
    with writing(request) as visit:
        user = service.user(visit, person_id)
        account_service.set_enabled(visit, person_id, enabled=False)
    notice = "invitation_ended" if user.sign_in_name is None else "account_closed"
    return go(f"/users/{person_id}", request, notice=notice)


@post("/users/{person_id:str}/open", opt=only(Role.ADMINISTRATOR), sync_to_thread=True, status_code=303)
def open_account(request: AppRequest, person_id: FromPath[str]) -> Response[None]:
    """Let a user in again."""
    with writing(request) as visit:
        service.user(visit, person_id)
        account_service.set_enabled(visit, person_id, enabled=True)
    return go(f"/users/{person_id}", request, notice="account_opened")


@post(
    "/users/{person_id:str}/remove-second-factor",
    opt=only(Role.ADMINISTRATOR),
    sync_to_thread=True,
    status_code=303,
)
def remove_second_factor(request: AppRequest, person_id: FromPath[str]) -> Response[None]:
    """For a user without phone and recovery codes: an app is set up anew at the next sign-in."""
    with writing(request) as visit:
        service.user(visit, person_id)
        second_factor_service.remove(visit, person_id)
        sign_in_service.shut_out(visit, person_id)
    return go(f"/users/{person_id}", request, notice="second_factor_removed")


def role_choices(request: AppRequest) -> tuple[tuple[str, str], ...]:
    """The staff roles as a form offers them."""
    texts = translations(language(request))
    return tuple((role.value, texts.gettext(name)) for role, name in STAFF_ROLES.items())


def choices(areas: Sequence[Area]) -> tuple[tuple[str, str], ...]:
    """The areas as a form offers them."""
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

NOTICES = {
    "account_closed": Text(N_("The account is closed. The person is signed out everywhere.")),
    "invitation_ended": Text(N_("The invitation is taken back. Its link no longer works.")),
    "second_factor_removed": Text(N_("The code app is removed. The person sets one up at the next sign-in.")),
    "account_opened": Text(N_("The account is open again.")),
}

NAVIGATION = (NavigationLink("/users", N_("Users"), frozenset({Role.ADMINISTRATOR})),)
