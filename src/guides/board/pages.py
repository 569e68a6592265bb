"""The coordinator's first page: what needs me today, each with the next thing to do."""

from litestar import Response, get

from foundation.i18n import N_, Text
from guides.board import service
from guides.board import service as board_service
from guides.labels import TO_COORDINATOR
from guides.lifecycle import State
from guides.pairings import service as pairings_service
from guides.pool import service as pool_service
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, show
from people.web.rules import only


@get("/board", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_board(request: AppRequest) -> Response[str]:
    """What needs the coordinator today, the most pressing first."""
    with reading(request) as visit:
        board = service.board(visit)
        meetings, meeting_count, people = pairings_service.find(visit, (State.MEETING,), 1)
        names = board_service.names_on_board(visit, board)
        _, guide_count = pool_service.find_guides(visit, "", 1)
    return show(
        request,
        "guides/coordinator/board.html",
        board=board,
        meetings=meetings,
        meeting_count=meeting_count,
        people=people,
        names=names,
        now=visit.now,
        nobody_here=guide_count == 0 and board.waiting.count == 0,
        no_guides=guide_count == 0,
        state_names=TO_COORDINATOR,
    )


ROUTES = (show_board,)

NOTICES: dict[str, Text] = {}

NAVIGATION = (NavigationLink("/board", N_("Today"), frozenset({Role.COORDINATOR})),)
