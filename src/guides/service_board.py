"""The board: what needs the coordinator today.

board(visit) -> guides.board.Board
"""

from foundation.clock import local_date
from guides import board as rules
from guides import store, store_board
from guides.access import area_of
from guides.board import Board
from guides.store_lists import requests_page
from people.access.model import DataKind, Purpose, Role
from people.errors import NotAllowed
from people.web.context import Visit


def board(visit: Visit) -> Board:
    """Everything that needs the coordinator; citizens of the coordinator's own area only. Raises NotAllowed."""
    if not visit.actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
    area = area_of(visit)
    about_pairings = rules.follow_up(store_board.followed(visit.db, area), visit.now)
    longest, count = requests_page(visit.db, "", area, waiting_only=True, limit=rules.SHOWN_MAX, offset=0)
    found = Board(
        **about_pairings,
        freed=rules.lines(store_board.freed(visit.db, visit.now - rules.FREED_WITHIN)),
        waiting=rules.waiting(longest, count),
        papers=rules.papers(store.guides(visit.db).values(), local_date(visit.now)),
    )
    for kind in (*about_pairings.values(), found.waiting):
        for line in kind.shown:
            data = DataKind.PAIRING if line.pairing_id else DataKind.WISHES
            visit.look(line.citizen_id, data, Purpose.FOLLOW_UP)
    return found
