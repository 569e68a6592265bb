"""What people of the demo municipality are called: given names that people have, surnames that nobody has."""

from random import Random
from typing import NamedTuple
from unicodedata import normalize

from livsmester.demo.content.areas import MAIL_DOMAIN

WOMAN, MAN = "kvinde", "mand"
DANISH = "dansk"


class Name(NamedTuple):
    """A name with what it comes with: gender as people wrote it, and languages."""

    given: str
    surname: str
    gender: str
    languages: tuple[str, ...]


WOMEN = (
    "Maja", "Lone", "Birgit", "Hanne", "Inger", "Kirsten", "Mette", "Camilla", "Louise", "Ida", "Freja",
    "Karla", "Rikke", "Dorthe", "Vibeke", "Jette", "Signe", "Nanna", "Astrid", "Ellen", "Gerda", "Asta",
    "Liv", "Tove", "Bente", "Sanne", "Trine", "Pernille", "Lærke", "Johanne", "Ruth", "Else", "Lykke",
    "Solveig", "Marianne", "Tanja", "Stine", "Heidi", "Line", "Anja", "Cecilie", "Alma", "Rosa", "Bodil",
    "Connie", "Laila", "Winnie", "Dagny", "Merete", "Ane",
)  # fmt: skip
MEN = (
    "Torben", "Jens", "Niels", "Ole", "Bent", "Henning", "Kaj", "Mads", "Rasmus", "Jonas", "Emil",
    "Villads", "Viggo", "Kurt", "Flemming", "Erik", "Steen", "Palle", "Jørgen", "Anders", "Simon", "Tobias",
    "Malthe", "Aksel", "Otto", "Holger", "Karsten", "Michael", "Kim", "Benny", "Poul", "Ejnar", "Sune",
    "Troels", "Lasse", "Oskar", "Bjarne", "Ivan", "Carsten", "Gorm", "Frode", "Esben", "Magnus", "Elias",
    "Noah", "Kristian", "Verner", "Leif", "Preben", "Halfdan",
)  # fmt: skip
# Language → women, men.
FROM_ELSEWHERE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "arabisk": (
        ("Amira", "Fatima", "Layla", "Samira", "Noor"),
        ("Omar", "Yusuf", "Khalid", "Samir", "Tarek"),
    ),
    "polsk": (("Edyta", "Agnieszka", "Zofia"), ("Piotr", "Marek", "Tomasz")),
    "ukrainsk": (("Olena", "Iryna", "Oksana"), ("Andrii", "Taras", "Bohdan")),
    "somali": (("Hodan", "Ayaan"), ("Abdi", "Liban")),
    "tyrkisk": (("Elif", "Aylin"), ("Mehmet", "Emre")),
    "farsi": (("Parisa", "Shirin"), ("Reza", "Dariush")),
    "grønlandsk": (("Aviaja", "Nivi"), ("Malik", "Inuk")),
}
SHARE_FROM_ELSEWHERE = 0.16
SHARE_WITH_DANISH = 0.7  # of those, who also speak Danish
SHARE_WITH_MORE = 0.18  # of the others, who speak one more language
_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
MORE_LANGUAGES = ("engelsk", "tysk", "dansk tegnsprog", "norsk")

_STARTS = (
    "Tåge", "Bølge", "Skygge", "Havre", "Måge", "Kastanje", "Hindbær", "Regnbue", "Muslinge", "Solsikke",
    "Vante", "Knap", "Kakao", "Pilefløjte", "Brombær", "Hyben", "Rabarber", "Lanterne", "Mælkebøtte",
    "Drage", "Tidsel", "Vaffel", "Pebermynte", "Snefnug", "Kompas", "Gyvel", "Kludetæppe", "Sukkerært",
    "Nattergale", "Tøffel",
)  # fmt: skip
_ENDS = ("bjerg", "lund", "høj", "kjær", "dal", "holm", "vang", "krog", "mose", "bæk", "toft", "bro")


def invented_name(dice: Random) -> Name:
    """A name by chance."""
    woman = dice.random() < 0.52
    surname = dice.choice(_STARTS) + dice.choice(_ENDS)
    gender = WOMAN if woman else MAN
    if dice.random() < SHARE_FROM_ELSEWHERE:
        language = dice.choice(list(FROM_ELSEWHERE))
        given = dice.choice(FROM_ELSEWHERE[language][0 if woman else 1])
        both = (language, DANISH) if dice.random() < SHARE_WITH_DANISH else (language,)
        return Name(given, surname, gender, both)
    given = dice.choice(WOMEN if woman else MEN)
    more = (dice.choice(MORE_LANGUAGES),) if dice.random() < SHARE_WITH_MORE else ()
    return Name(given, surname, gender, (DANISH, *more))


def invented_phone(number: int) -> str:
    """A phone number that nobody has: Danish numbers never begin with 00. `number` from 0 to 999,999."""
    digits = f"{number % 1_000_000:06d}"
    return f"+45 00 {digits[:2]} {digits[2:4]} {digits[4:]}"


def invented_mail(given: str, surname: str, number: int | None = None) -> str:
    """A mail address that reaches nobody; the number keeps apart people of one name."""
    return f"{_plain(given)}.{_plain(surname)}{number or ''}@{MAIL_DOMAIN}"


def _plain(name: str) -> str:
    danish = name.lower().translate(_ASCII)
    return normalize("NFKD", danish).encode("ascii", "ignore").decode()
