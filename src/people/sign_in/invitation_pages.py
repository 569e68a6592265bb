"""The page where an invited person chooses a user name and a password."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from people.authentication.rules import SignInMethod
from people.errors import InvitationInvalid, NotFound, UsernameTaken, WeakPassword
from people.sign_in import account_service, service
from people.sign_in.redirects import complete_sign_in
from people.web.app_state import AppRequest, app_state
from people.web.context import read_context, write_context
from people.web.cookies import describe_user_agent, session_token
from people.web.responses import NavigationLink, form_data, render, site_context
from people.web.rules import public


@get("/invitations/{token:str}", opt=public(), sync_to_thread=True)
def show_invitation(request: AppRequest, token: FromPath[str]) -> Response[str]:
    """The page where an invited person chooses a user name and a password."""
    with read_context(request) as context:
        try:
            person = account_service.invitee(context, token)
        except InvitationInvalid as error:
            raise NotFound from error
    return render(request, "people/sign_in/invitation.html", given_name=person.given_name, email=person.email)


@post("/invitations/{token:str}", opt=public(), sync_to_thread=True, status_code=303)
def accept_invitation(request: AppRequest, token: FromPath[str]) -> Response[str] | Response[None]:
    """Create the account and sign in."""
    form = form_data(request)
    reader = FormReader(form)
    name = reader.text("name", required=N_("Write your e-mail address or another user name."), length_max=254)
    password = form.fields.get("password", ("",))[0]
    if not password:
        reader.add_error("password", N_("Write a password."))
    try:
        with read_context(request) as context:
            given_name = account_service.invitee(context, token).given_name
    except InvitationInvalid as error:
        raise NotFound from error
    errors: tuple[FieldError, ...]
    try:
        reader.raise_if_invalid()
        with write_context(request) as context:
            person_id = account_service.accept_invitation(
                context, token, name, password, site_context(request).municipality
            )
            session = service.start_session(
                context,
                person_id,
                SignInMethod.INVITATION,
                describe_user_agent(request),
                session_token(request),
                app_state(request).sign_in_rules,
            )
    # A concurrent request used the link after the check above.
    except InvitationInvalid as error:
        raise NotFound from error
    except UsernameTaken:
        taken = FieldError("name", LazyText(N_("Somebody else uses that user name. Choose another one.")))
        errors = (taken,)
    except WeakPassword as error:
        errors = (FieldError("password", error.text),)
    except ValidationErrors as error:
        errors = error.errors
    else:
        return complete_sign_in(request, session, "/", saved_form="")
    return render(
        request,
        "people/sign_in/invitation.html",
        status=422,
        errors=errors,
        posted=form,
        given_name=given_name,
    )


ROUTES = (show_invitation, accept_invitation)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
