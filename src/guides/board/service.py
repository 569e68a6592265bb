"""The board: what the coordinator has to do today."""

import msgspec

from foundation.clock import local_date
from guides.access import coordinator_area
from guides.board import model
from guides.board import store as board_store
from guides.board.model import Board, TodoList
from guides.pool import store as pool_store
from guides.pool.lists import waiting_requests
from people.access.model import DataKind, Purpose, Role
from people.directory import store as directory_store
from people.errors import NotAllowed
from people.web.context import RequestContext


def board(context: RequestContext) -> Board:
    """The to-do lists, about citizens of the coordinator's own area only. Raises NotAllowed."""
    if not context.actor.has_role(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
    area = coordinator_area(context)
    pairing_lists = model.pairing_todos(board_store.pairing_activity(context.db, area), context.now)
    requests, count = waiting_requests(context.db, area, limit=model.ITEMS_SHOWN_MAX)
    board = Board(
        **pairing_lists,
        guides_with_new_capacity=model.todo_list(
            board_store.guides_with_new_capacity(context.db, context.now - model.NEW_CAPACITY_WITHIN)
        ),
        waiting=model.waiting(requests, count),
        expiring_credentials=model.expiring_credentials(
            pool_store.guides(context.db).values(), local_date(context.now)
        ),
    )
    about_pairings = [item.citizen_id for todos in pairing_lists.values() for item in todos.items]
    context.authorize_reads(about_pairings, DataKind.PAIRING, Purpose.FOLLOW_UP)
    about_requests = [item.citizen_id for item in board.waiting.items]
    context.authorize_reads(about_requests, DataKind.WISHES, Purpose.FOLLOW_UP)
    return board


def names_on_board(context: RequestContext, board: Board) -> dict[str, str]:
    """The full names of everyone on the board, by person id. Raises NotAllowed."""
    lists: tuple[TodoList, ...] = msgspec.structs.astuple(board)
    items = [item for todos in lists for item in todos.items]
    citizen_ids = dict.fromkeys(item.citizen_id for item in items if item.citizen_id)
    context.authorize_reads(citizen_ids, DataKind.IDENTITY, Purpose.FOLLOW_UP)
    ids = {*citizen_ids, *(item.guide_id for item in items if item.guide_id)}
    return {id: person.full_name for id, person in directory_store.people(context.db, sorted(ids)).items()}
