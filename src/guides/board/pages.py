"""The coordinator's front page: what to do today, each with the next action."""

from litestar import Response, get

from foundation.i18n import N_, LazyText
from guides.board import service
from guides.labels import STATE_LABELS_FOR_COORDINATOR
from guides.lifecycle import State
from guides.pairings import service as pairings_service
from guides.pool import service as pool_service
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, render
from people.web.rules import require_role


@get("/board", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_board(request: AppRequest) -> Response[str]:
    """What the coordinator has to do today, the most urgent first."""
    with read_context(request) as context:
        board = service.board(context)
        meetings, meeting_count, people = pairings_service.find(context, (State.MEETING,), 1)
        names = service.names_on_board(context, board)
        _, guide_count = pool_service.find_guides(context, "", 1)
    return render(
        request,
        "guides/board/board.html",
        board=board,
        meetings=meetings,
        meeting_count=meeting_count,
        people=people,
        names=names,
        now=context.now,
        nobody_here=guide_count == 0 and board.waiting.count == 0,
        no_guides=guide_count == 0,
        state_names=STATE_LABELS_FOR_COORDINATOR,
    )


ROUTES = (show_board,)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (NavigationLink("/board", N_("Today"), frozenset({Role.COORDINATOR})),)
