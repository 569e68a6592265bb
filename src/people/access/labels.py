"""The names of roles, kinds of data and purposes on pages."""

from foundation.i18n import N_
from people.access.model import DataKind, Purpose, Role

ROLE_NAMES = {
    Role.CITIZEN: N_("Citizen"),
    Role.GUIDE: N_("Peer guide"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.SUPPORT_WORKER: N_("Support worker"),
    Role.BUDGET_OFFICER: N_("Budget officer"),
    Role.LEADER: N_("Leader"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

KIND_NAMES = {
    DataKind.IDENTITY: N_("your name and how to reach you"),
    DataKind.WISHES: N_("what you wish for in a guide"),
    DataKind.PAIRING: N_("you and your guide"),
    DataKind.GOALS: N_("your goals"),
    DataKind.MONEY: N_("your money"),
    DataKind.RECEIPTS: N_("your receipts"),
    DataKind.CONSENT: N_("what you have said yes and no to"),
    DataKind.ACCESS_LOG: N_("who has seen your data"),
    DataKind.LETTER: N_("your letter of who has looked"),
    DataKind.CPR: N_("your CPR number"),
}

PURPOSE_NAMES = {
    Purpose.OWN: N_("You looked yourself"),
    Purpose.FIND: N_("To find you in the list of people"),
    Purpose.MATCHING: N_("To find a guide who suits you"),
    Purpose.OFFER: N_("To answer an offer to be your guide"),
    Purpose.FOLLOW_UP: N_("To follow up on you and your guide"),
    Purpose.SUPPORT: N_("To help you"),
    Purpose.TOGETHER: N_("To look together with you"),
    Purpose.EMERGENCY: N_("In an emergency"),
    Purpose.BUDGET: N_("To look after your money"),
    Purpose.REGISTER: N_("To keep what we know about you right"),
    Purpose.IDENTIFY: N_("To be sure that it is you"),
    Purpose.LETTER: N_("To send you your letter"),
    Purpose.ERASURE: N_("To answer you when you asked us to erase something"),
    Purpose.AUTHORITY: N_("To find you in another system of the municipality"),
}
