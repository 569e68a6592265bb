"""Money as whole øre: parsing amounts that people enter, formatting them for each language."""

import re

from foundation.i18n import N_, LazyText

ORE_PER_KRONE = 100
AMOUNT_ORE_MAX = 10**12  # ten billion kroner: far above any fund, far below 64 bits

# ASCII, because \d also matches the digits of other scripts.
_DANISH_AMOUNT = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?", re.ASCII)
_CURRENCY = re.compile(r"^(?:kr\.?|dkk)\s*|\s*(?:kr\.?|dkk|,-)$", re.IGNORECASE)


class AmountError(ValueError):
    """The text is not an amount; `text` says why and what to write instead."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


def parse_ore(text: str, *, limit_ore: int = AMOUNT_ORE_MAX) -> int:
    """The amount in øre, 1 to `limit_ore`, of Danish text such as `1.250,00`, `1250` or `1.250 kr.`.

    Raises AmountError for anything else: English separators, signs, exponents, zero, too large an amount.
    """
    bare = _CURRENCY.sub("", text.replace("\N{NO-BREAK SPACE}", " ").strip())
    match = _DANISH_AMOUNT.fullmatch(bare)
    if match is None or len(bare) > 20:
        raise AmountError(
            LazyText(
                N_("“%(typed)s” is not an amount. Write for example 250 or 1.250,50."), {"typed": text[:40]}
            )
        )
    kroner = int(match[1].replace(".", ""))
    amount_ore = kroner * ORE_PER_KRONE + int((match[2] or "0").ljust(2, "0"))
    if amount_ore == 0:
        raise AmountError(LazyText(N_("The amount must be more than 0 kr.")))
    if amount_ore > limit_ore:
        raise AmountError(
            LazyText(N_("The amount can be at most %(most)s"), {"most": format_ore(limit_ore, "da")})
        )
    return amount_ore


def format_ore(amount_ore: int, language: str) -> str:
    """The amount as that language writes it: `1.850 kr.` and `12,50 kr.`, or `1,850 kr.`; whole kroner
    without øre.
    """
    sign = "−" if amount_ore < 0 else ""
    kroner, ore = divmod(abs(amount_ore), ORE_PER_KRONE)
    text = f"{kroner:,}" + (f".{ore:02d}" if ore else "")
    if language == "da":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{sign}{text}\N{NO-BREAK SPACE}kr."


def spreadsheet_amount(amount_ore: int) -> str:
    """The amount as a Danish spreadsheet reads it: `1250,00`, no thousands separator, always two decimals."""
    sign = "-" if amount_ore < 0 else ""
    kroner, ore = divmod(abs(amount_ore), ORE_PER_KRONE)
    return f"{sign}{kroner},{ore:02d}"
