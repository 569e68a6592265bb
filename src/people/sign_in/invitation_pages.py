"""The page where an invited person chooses what they sign in with."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text
from people.authentication.rules import Way
from people.errors import InvitationSpent, NameTaken, NotFound, WeakPassword
from people.sign_in import account_service, service
from people.sign_in.redirects import arrive
from people.web.app_state import AppRequest, house
from people.web.context import reading, writing
from people.web.cookies import device, session_token
from people.web.responses import NavigationLink, frame, posted, show
from people.web.rules import everyone


@get("/invitations/{token:str}", opt=everyone(), sync_to_thread=True)
def show_invitation(request: AppRequest, token: FromPath[str]) -> Response[str]:
    """The page where an invited person chooses a user name and a password."""
    with reading(request) as visit:
        try:
            person = account_service.open_invitation(visit, token)
        except InvitationSpent as problem:
            raise NotFound from problem
    return show(request, "people/invitation.html", given_name=person.given_name, email=person.email)


@post("/invitations/{token:str}", opt=everyone(), sync_to_thread=True, status_code=303)
def accept_invitation(request: AppRequest, token: FromPath[str]) -> Response[str] | Response[None]:
    """Make the account and sign in."""
    form = posted(request)
    reader = FormReader(form)
    name = reader.text("name", required=N_("Write your e-mail address or another user name."), longest=254)
    password = form.fields.get("password", ("",))[0]
    given_name = ""
    try:
        if not password:
            reader.fault("password", N_("Write a password."))
        with writing(request) as visit:
            given_name = account_service.open_invitation(visit, token).given_name
            reader.finish()
            person_id = account_service.accept_invitation(
                visit, token, name, password, frame(request).municipality
            )
            opened = service.begin_session(
                visit,
                person_id,
                Way.INVITATION,
                device(request),
                session_token(request),
                house(request).sign_in,
            )
    except InvitationSpent as problem:
        raise NotFound from problem
    except NameTaken:
        fault = FieldFault("name", Text(N_("Somebody else uses that user name. Choose another one.")))
        return show(
            request, "people/invitation.html", status=422, faults=(fault,), typed=form, given_name=given_name
        )
    except WeakPassword as problem:
        fault = FieldFault("password", problem.text)
        return show(
            request, "people/invitation.html", status=422, faults=(fault,), typed=form, given_name=given_name
        )
    except FormFaults as problem:
        return show(
            request,
            "people/invitation.html",
            status=422,
            faults=problem.faults,
            typed=form,
            given_name=given_name,
        )
    return arrive(request, opened, "/", carried="")


ROUTES = (show_invitation, accept_invitation)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
