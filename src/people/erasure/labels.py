"""The names of data categories on pages."""

from foundation.i18n import N_
from people.erasure.model import DataCategory

CATEGORY_NAMES = {
    DataCategory.GUIDING: N_("Wishes for a guide, pairings, and what was said as a guide"),
    DataCategory.GOALS: N_("Goals, and what was learnt of purchases"),
    DataCategory.CONTACT: N_("Phone, e-mail, ways to sign in, and who helps"),
    DataCategory.MONEY: N_("Receipts and words about money"),
    DataCategory.NAME: N_("Name and CPR number"),
}
