"""Invented names, phone numbers and e-mail addresses: real given names, surnames that nobody has."""

from random import Random
from typing import NamedTuple
from unicodedata import normalize

from livsmester.demo.content.areas import EMAIL_DOMAIN

WOMAN, MAN = "kvinde", "mand"
DANISH = "dansk"


class InventedName(NamedTuple):
    """A name with the gender and languages that go with it."""

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
NAMES_BY_LANGUAGE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
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
SHARE_WITH_FOREIGN_NAME = 0.16
SHARE_ALSO_SPEAKING_DANISH = 0.7  # of people with a foreign name
SHARE_WITH_SECOND_LANGUAGE = 0.18  # of people with a Danish name
_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
SECOND_LANGUAGES = ("engelsk", "tysk", "dansk tegnsprog", "norsk")

_SURNAME_STARTS = (
    "Tåge", "Bølge", "Skygge", "Havre", "Måge", "Kastanje", "Hindbær", "Regnbue", "Muslinge", "Solsikke",
    "Vante", "Knap", "Kakao", "Pilefløjte", "Brombær", "Hyben", "Rabarber", "Lanterne", "Mælkebøtte",
    "Drage", "Tidsel", "Vaffel", "Pebermynte", "Snefnug", "Kompas", "Gyvel", "Kludetæppe", "Sukkerært",
    "Nattergale", "Tøffel",
)  # fmt: skip
_SURNAME_ENDS = ("bjerg", "lund", "høj", "kjær", "dal", "holm", "vang", "krog", "mose", "bæk", "toft", "bro")


def invented_name(random: Random) -> InventedName:
    """A random name."""
    is_woman = random.random() < 0.52
    surname = random.choice(_SURNAME_STARTS) + random.choice(_SURNAME_ENDS)
    gender = WOMAN if is_woman else MAN
    if random.random() < SHARE_WITH_FOREIGN_NAME:
        language = random.choice(list(NAMES_BY_LANGUAGE))
        given = random.choice(NAMES_BY_LANGUAGE[language][0 if is_woman else 1])
        languages = (language, DANISH) if random.random() < SHARE_ALSO_SPEAKING_DANISH else (language,)
        return InventedName(given, surname, gender, languages)
    given = random.choice(WOMEN if is_woman else MEN)
    second_language = (
        (random.choice(SECOND_LANGUAGES),) if random.random() < SHARE_WITH_SECOND_LANGUAGE else ()
    )
    return InventedName(given, surname, gender, (DANISH, *second_language))


def invented_phone(number: int) -> str:
    """A phone number that cannot exist: Danish numbers never begin with 00. `number` is 0 to 999,999."""
    digits = f"{number % 1_000_000:06d}"
    return f"+45 00 {digits[:2]} {digits[2:4]} {digits[4:]}"


def invented_email(given: str, surname: str, number: int | None = None) -> str:
    """An e-mail address in a reserved domain; `number` makes it unique among people of the same name."""
    return f"{_ascii(given)}.{_ascii(surname)}{number or ''}@{EMAIL_DOMAIN}"


def _ascii(name: str) -> str:
    transliterated = name.lower().translate(_ASCII)
    return normalize("NFKD", transliterated).encode("ascii", "ignore").decode()
