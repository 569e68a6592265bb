"""The categories of data in words."""

from foundation.i18n import N_
from people.erasure.model import Piece

PIECE_NAMES = {
    Piece.GUIDING: N_("Wishes for a guide, pairings, and what was said as a guide"),
    Piece.GOALS: N_("Goals, and what was learnt of purchases"),
    Piece.CONTACT: N_("Phone, e-mail, ways to sign in, and who helps"),
    Piece.MONEY: N_("Receipts and words about money"),
    Piece.NAME: N_("Name and CPR number"),
}
