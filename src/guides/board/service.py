"""The board: what needs the coordinator today.

board(visit) -> guides.board.model.Board
"""

import msgspec

from foundation.clock import local_date
from guides.access import coordinator_area
from guides.board import model
from guides.board import store as board_store
from guides.board.model import Board, TodoList
from guides.pool import store as pool_store
from guides.pool.lists import requests_page
from people.access.model import DataKind, Purpose, Role
from people.directory import store as directory_store
from people.errors import NotAllowed
from people.web.context import RequestContext


def board(context: RequestContext) -> Board:
    """Everything that needs the coordinator; citizens of the coordinator's own area only. Raises NotAllowed."""
    if not context.actor.has_role(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
    area = coordinator_area(context)
    about_pairings = model.pairing_todos(board_store.pairing_activity(context.db, area), context.now)
    longest, count = requests_page(
        context.db, "", area, waiting_only=True, limit=model.ITEMS_SHOWN_MAX, offset=0
    )
    found = Board(
        **about_pairings,
        guides_with_new_capacity=model.todo_list(
            board_store.guides_with_new_capacity(context.db, context.now - model.NEW_CAPACITY_WITHIN)
        ),
        waiting=model.waiting(longest, count),
        expiring_credentials=model.expiring_credentials(
            pool_store.guides(context.db).values(), local_date(context.now)
        ),
    )
    for kind in (*about_pairings.values(), found.waiting):
        for line in kind.items:
            data = DataKind.PAIRING if line.pairing_id else DataKind.WISHES
            context.authorize_read(line.citizen_id, data, Purpose.FOLLOW_UP)
    return found


def names_on_board(context: RequestContext, board: Board) -> dict[str, str]:
    """The full names of everyone on the board, which has asked the policy about each, by id."""
    kinds: tuple[TodoList, ...] = msgspec.structs.astuple(board)
    shown = [line for lines in kinds for line in lines.items]
    citizen_ids = dict.fromkeys(line.citizen_id for line in shown if line.citizen_id)
    context.authorize_reads(citizen_ids, DataKind.IDENTITY, Purpose.FOLLOW_UP)
    ids = {*citizen_ids, *(line.guide_id for line in shown if line.guide_id)}
    return {id: person.full_name for id, person in directory_store.people(context.db, sorted(ids)).items()}
