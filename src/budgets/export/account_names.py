"""Account names and escaped texts for the files of other bookkeeping programs. No I/O.

hledger and Beancount both split a name at its colons. In Beancount a part begins with a capital or a digit
and continues with letters, digits and hyphens. Any other character of a fund's name is written as its number
between two `ʼ` (U+02BC, a letter to both programs and unlikely in a name), so that different names stay
different.
"""

import re

from budgets.export.journal import JournalAccount
from budgets.ledger.double_entry import AccountKind
from foundation.i18n import translations
from plans.model import THEME_NAMES, Theme

_MARK = "\N{MODIFIER LETTER APOSTROPHE}"
_ACCOUNT_NAMES = {
    AccountKind.SOURCE: "Kommunen",
    AccountKind.FUND: "Ikke-bevilget",
    AccountKind.PAID_OUT: "Udbetalt",
    AccountKind.RETURNED: "Leveret-tilbage",
    AccountKind.EXPIRED: "Bortfaldet",
    AccountKind.UNALLOCATED: "Uden-mål",
    AccountKind.ENVELOPE: "Tilbage",
    AccountKind.RESERVED: "Lagt-til-side",
    AccountKind.SPENT: "Brugt",
}


def name_part(text: str) -> str:
    """The text as one part of an account's name: spaces as hyphens, other characters as `ʼ<hex number>ʼ`."""
    return "".join(_encode_character(character) for character in text)


def _encode_character(character: str) -> str:
    if character == " ":
        return "-"
    # The mark itself is encoded too, or two different names could become the same.
    if character != _MARK and (character.isalpha() or character in "0123456789"):
        return character
    return f"{_MARK}{ord(character):x}{_MARK}"


def account_path(account: JournalAccount) -> tuple[str, ...]:
    """The parts of an account's name below its fund; no account's name is a prefix of another's."""
    path: tuple[str, ...] = (_ACCOUNT_NAMES[account.kind],)
    if account.grant_id is not None:
        path = (f"Bevilling-{name_part(account.grant_id)}", *path)
    if account.goal_id is not None:
        path += (f"Mål-{name_part(account.goal_id)}",)
    if account.request_id is not None:
        path += (f"Ønske-{name_part(account.request_id)}",)
    if account.theme is not None:
        path += (f"Tema-{name_part(translations('da').gettext(THEME_NAMES[Theme(account.theme)]))}",)
    return path


def format_amount(amount_ore: int) -> str:
    """An amount in øre as kroner with a point and two decimals: -5 is `-0.05`."""
    kroner, ore = divmod(abs(amount_ore), 100)
    return f"{'-' if amount_ore < 0 else ''}{kroner}.{ore:02d}"


def escape_line(text: str) -> str:
    r"""The text on one line, without the characters that have a meaning in a journal. Reversible.

    Backslash, semicolon, vertical bar and unprintable characters become `\x{3b}`, with the number in
    hexadecimal; so do spaces at the ends and after another space.
    """
    line = "".join(
        character if character.isprintable() and character not in "\\;|" else f"\\x{{{ord(character):x}}}"
        for character in text
    )
    return re.sub(r"(?<= ) |^ | $", r"\\x{20}", line)
