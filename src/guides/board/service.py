"""The board: what needs the coordinator today.

board(visit) -> guides.board.model.Board
"""

import msgspec

from foundation.clock import local_date
from guides.access import area_of, log_many
from guides.board import model
from guides.board import store as board_store
from guides.board.model import Board, Lines
from guides.pool import store as pool_store
from guides.pool.lists import requests_page
from people.access.model import DataKind, Purpose, Role
from people.directory import store as directory_store
from people.errors import NotAllowed
from people.web.context import Visit


def board(visit: Visit) -> Board:
    """Everything that needs the coordinator; citizens of the coordinator's own area only. Raises NotAllowed."""
    if not visit.actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
    area = area_of(visit)
    about_pairings = model.follow_up(board_store.followed(visit.db, area), visit.now)
    longest, count = requests_page(visit.db, "", area, waiting_only=True, limit=model.SHOWN_MAX, offset=0)
    found = Board(
        **about_pairings,
        freed=model.lines(board_store.freed(visit.db, visit.now - model.FREED_WITHIN)),
        waiting=model.waiting(longest, count),
        papers=model.papers(pool_store.guides(visit.db).values(), local_date(visit.now)),
    )
    for kind in (*about_pairings.values(), found.waiting):
        for line in kind.shown:
            data = DataKind.PAIRING if line.pairing_id else DataKind.WISHES
            visit.look(line.citizen_id, data, Purpose.FOLLOW_UP)
    return found


def names_on_board(visit: Visit, board: Board) -> dict[str, str]:
    """The full names of everyone on the board, which has asked the policy about each, by id."""
    kinds: tuple[Lines, ...] = msgspec.structs.astuple(board)
    shown = [line for lines in kinds for line in lines.shown]
    citizen_ids = dict.fromkeys(line.citizen_id for line in shown if line.citizen_id)
    log_many(visit, citizen_ids, DataKind.IDENTITY, Purpose.FOLLOW_UP)
    ids = {*citizen_ids, *(line.guide_id for line in shown if line.guide_id)}
    return {id: person.full_name for id, person in directory_store.people(visit.db, sorted(ids)).items()}
