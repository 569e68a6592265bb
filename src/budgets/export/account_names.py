"""What accounts are called in the files of other bookkeeping programs, and texts that any of them takes. Pure.

hledger and Beancount both split a name at its colons; Beancount lets a part begin with a capital or a digit and go on with
letters, digits and hyphens. Whatever else stands in a fund's name is written as a number between two `ʼ` (U+02BC, which is a
letter to both and stands in no name that we know), so that two names never become one.
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
_ESCAPE = re.compile(r"\\x\{([0-9a-f]+)\}")


def name_part(text: str) -> str:
    """The text as one part of an account's name: spaces become hyphens, other signs `ʼ<hexadecimal number>ʼ`."""
    return "".join(_encode_character(sign) for sign in text)


def _encode_character(character: str) -> str:
    if character == " ":
        return "-"
    if character != _MARK and (character.isalpha() or character in "0123456789"):
        return character
    return f"{_MARK}{ord(character):x}{_MARK}"


def account_path(account: JournalAccount) -> tuple[str, ...]:
    """The parts of an account's name below its fund; no account's name is the beginning of another's."""
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
    """Kroner with a point and two decimals, exactly: -5 øre is `-0.05`."""
    kroner, ore = divmod(abs(amount_ore), 100)
    return f"{'-' if amount_ore < 0 else ''}{kroner}.{ore:02d}"


def escape_line(text: str) -> str:
    r"""The text on one line without a sign that means something in a journal; `as_written` gives it back.

    Backslash, semicolon, vertical bar and whatever is no printable sign become `\x{3b}`, the number in hexadecimal; so do
    spaces at the ends and after another space.
    """
    line = "".join(
        sign if sign.isprintable() and sign not in "\\;|" else f"\\x{{{ord(sign):x}}}" for sign in text
    )
    return re.sub(r"(?<= ) |^ | $", r"\\x{20}", line)


def unescape_line(line: str) -> str:
    """The text that `one_line` made the line of."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), line)
