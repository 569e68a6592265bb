"""The three funds of the demo municipality, each running from over a year ago to over a year ahead."""

from datetime import timedelta

from budgets.model import Fund, UnspentPolicy
from livsmester.demo.content.areas import MUNICIPALITY
from livsmester.demo.model import ORE_PER_KRONE, DemoBuilder

_APPEAL = (
    "Du kan klage inden 4 uger. Skriv eller ring til din koordinator. Så ser vi på svaret igen. "
    "Får du ikke medhold, sender vi klagen til Ankestyrelsen."
)
# Name; kroner: grant limit, self-approval limit per purchase and per month; unspent policy; legal basis; appeal; account.
_FUNDS = (
    (
        "Livsmestermidler",
        (25_000, 1_000, 2_500),
        UnspentPolicy.RETURNED,
        f"Beslutning i byrådet i {MUNICIPALITY} om livsmestermidler, efter servicelovens § 85",
        _APPEAL,
        "00-538-59-001",
    ),
    (
        "Øvebanepuljen",
        (8_000, 500, 1_500),
        UnspentPolicy.EXPIRED,
        "Budgetaftalen om øvebaner: et forsøg over to år",
        "Der kan ikke klages, for puljen er et forsøg, som ingen har ret til. Du kan altid spørge igen.",
        "00-538-59-002",
    ),
    (
        "Fællesskabspuljen",
        (12_000, 2_000, 4_000),
        UnspentPolicy.CARRIED_OVER,
        "Servicelovens § 104 om aktivitet og samvær",
        _APPEAL,
        "00-538-59-003",
    ),
)


def make_funds(builder: DemoBuilder) -> tuple[Fund, ...]:
    """The funds, running for three years from the first day of a month about 14 months ago."""
    starts_on = (builder.today.replace(day=1) - timedelta(days=400)).replace(day=1)
    return tuple(
        Fund(
            id=builder.new_id(),
            name=name,
            starts_on=starts_on,
            ends_on=starts_on.replace(year=starts_on.year + 3) - timedelta(days=1),
            legal_basis=legal_basis,
            appeal=appeal,
            account_string=account_string,
            grant_max_ore=grant_max * ORE_PER_KRONE,
            own_purchase_ore=purchase_max * ORE_PER_KRONE,
            own_month_ore=month_max * ORE_PER_KRONE,
            unspent=unspent,
        )
        for name, (grant_max, purchase_max, month_max), unspent, legal_basis, appeal, account_string in _FUNDS
    )


def funding_ore(granted_ore: int) -> int:
    """A fund's funding in øre: its grants plus two fifths, in whole 10,000 kr."""
    step = 10_000 * ORE_PER_KRONE
    return (granted_ore * 14 // (10 * step) + 2) * step
