"""The board: what needs the coordinator today.

board(visit) -> guides.board.model.Board
"""

from foundation.clock import local_date
from guides.access import area_of
from guides.board import model
from guides.board import store as board_store
from guides.board.model import Board
from guides.pool import store as pool_store
from guides.pool.lists import requests_page
from people.access.model import DataKind, Purpose, Role
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
