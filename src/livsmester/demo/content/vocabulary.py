"""The demo's vocabulary: kinds of help, experiences, interests, dislikes, gifts and weekly times."""

from random import Random

from guides.matching.model import Slot
from guides.spreadsheets.weekly_times import PARTS_OF_DAY, join_slots

# Kind of help → what citizens write about it to the coordinator.
HELP: dict[str, tuple[str, ...]] = {
    "afklarende samtaler": (
        "Jeg vil gerne tale med en, der selv har prøvet det. Ikke en, der har læst om det.",
        "Mit hoved er fuldt. Jeg mangler en at tænke højt sammen med.",
        "Jeg skal vælge mellem to ting og kan ikke finde ud af det alene.",
        "Jeg vil bare kunne sige tingene til nogen, uden at det bliver skrevet ned.",
    ),
    "bisidder": (
        "Jeg bliver helt tom i hovedet til møder. Det hjælper, hvis der sidder en ved siden af mig.",
        "På jobcentret siger jeg ja til alt. Jeg vil have en med, der kan minde mig om mit nej.",
        "Jeg har et møde hver anden måned og har ondt i maven i en uge før.",
        "Jeg hører kun halvdelen. Bagefter kan vi tale om, hvad der blev sagt.",
    ),
    "bustræning": (
        "Jeg vil lære ruten til værkstedet. Tre eller fire ture, så tror jeg, at jeg kan.",
        "Bussen er for mange mennesker på for lidt plads. Med en ved siden af går det nok.",
        "Jeg tør godt køre ud. Det er turen hjem, jeg er bange for.",
        "Jeg vil kunne besøge min mor uden at vente på en, der kan køre.",
    ),
    "it-hjælp": (
        "Min telefon kan alt muligt. Jeg kan tænde den.",
        "Jeg vil kunne bruge MitID selv og ikke give mine koder til andre.",
        "Jeg vil gerne kunne se mit barnebarn på skærmen.",
        "Vis mig det ét skridt ad gangen, så skriver jeg det ned.",
    ),
    "struktur i hverdagen": (
        "Dagene flyder sammen. En fast aftale om ugen ville være noget at holde fast i.",
        "Jeg begynder på ti ting og bliver ikke færdig med nogen af dem.",
        "Jeg vil gerne op om morgenen. Det er det hele, for nu.",
        "Søndag aften bliver jeg bange for ugen. Jeg vil kigge på den sammen med en.",
    ),
    "læse breve": (
        "Jeg er ordblind, og kommunen skriver langt.",
        "Der ligger en bunke, som jeg ikke tør røre.",
        "Jeg forstår dansk, når folk taler. Breve er sværere.",
        "Jeg vil vide, hvad der haster, og hvad der kan vente.",
    ),
    "gå med til aktiviteter": (
        "Jeg vil gerne til svømning, men jeg tør ikke gå ind ad døren alene den første gang.",
        "Jeg har fundet et kor. Jeg mangler en at gå derhen med.",
        "Jeg melder mig til ting og melder mig fra igen samme dag.",
        "Hvis der står en og venter på mig, så kommer jeg.",
    ),
    "indkøb": (
        "Jeg går i panik ved køleren. Med en ved siden af kan jeg godt.",
        "Jeg køber det samme hver gang. Jeg vil gerne lære at købe ind til rigtig mad.",
        "Der er for meget lys og for mange lyde. Jeg glemmer, hvad jeg kom efter.",
        "Jeg vil have pengene til at række hele måneden.",
    ),
    "sociale skridt": (
        "Jeg har ikke haft gæster i fire år.",
        "Jeg vil øve mig i at snakke med folk, uden at det betyder noget.",
        "Jeg savner en ven, men jeg ved ikke, hvordan man begynder.",
        "Jeg er kommet ud af vanen med mennesker.",
    ),
    "let praktisk arbejde": (
        "Jeg har en reol, der har stået i kassen siden påske.",
        "Jeg vil have ordnet min altan, så jeg kan sidde derude.",
        "Når vi er to, kan jeg godt tage fat. Alene går jeg i stå.",
        "Lejligheden er vokset mig over hovedet. Vi kan tage et hjørne ad gangen.",
    ),
}

EXPERIENCES = (
    "angst", "depression", "ADHD", "autisme", "stress", "ensomhed", "sorg", "stofmisbrug", "alkohol", "bipolar",
    "psykose", "spiseforstyrrelse", "hjerneskade", "kroniske smerter", "skilsmisse", "flugt", "botilbud", "anbringelse",
    "førtidspension", "ordblindhed", "at høre stemmer", "at være forælder",
)  # fmt: skip

INTERESTS = (
    "svømning", "guitar", "gåture", "madlavning", "fodbold", "skak", "brætspil", "kor", "maling", "keramik", "cykling",
    "fiskeri", "haver", "hunde", "katte", "film", "computerspil", "strikning", "syning", "bøger", "fotografi", "fugle",
    "historie", "tog", "heste", "yoga", "styrketræning", "dans", "bagning", "loppemarkeder", "musik", "krydsord",
    "rollespil", "astronomi", "motorcykler", "vinterbadning",
)  # fmt: skip

DISLIKES = (
    "store forsamlinger", "telefonsamtaler", "ventetid", "støj", "røg", "hunde", "alkohol", "politik", "at komme for sent",
    "skarpt lys", "smalltalk", "fjernsyn i baggrunden", "at blive afbrudt", "kulde", "konkurrencer", "gode råd uden at spørge",
    "planer der ændrer sig", "at blive rørt ved", "elevatorer", "sociale medier",
)  # fmt: skip

# What citizens can give and guides would like: the same list, so that it goes both ways.
GIFTS = (
    "guitarakkorder", "hjemmebagt brød", "hjælp til cyklen", "selskab til skak", "et godt grin", "at lære at strikke",
    "nye opskrifter", "grøntsager fra haven", "hjælp til computeren", "fodboldviden", "at høre godt efter", "arabiske ord",
    "polske ord", "ture med hunden", "gamle plader", "fuglestemmer", "tegninger", "hjælp til at male", "kaffe på altanen",
    "at lære at sy", "lokalhistorie", "dansetrin",
)  # fmt: skip

MEETING_PLACES = (
    "Biblioteket, lokale 2",
    "Frivilligcentret på havnen",
    "Beboerhuset Uglen",
    "Medborgerhuset, det grønne rum",
    "Cafeen på Rugholm Station",
)

GUIDE_QUESTIONS = (
    "Kan vi mødes et sted uden trapper? Jeg har en dårlig hofte.",
    "Er det i orden, at min hund er med på gåturene?",
    "Hvor lang tid tror I, at borgeren gerne vil ses ad gangen?",
)
COORDINATOR_ANSWER = "Ja, det har vi spurgt om. Det er helt fint."


def sample(random: Random, texts: tuple[str, ...], minimum: int, maximum: int) -> tuple[str, ...]:
    """A random sample of `minimum` to `maximum` texts, without repetition."""
    return tuple(random.sample(texts, random.randint(minimum, maximum)))


def weekly_times(random: Random, maximum: int) -> tuple[Slot, ...]:
    """Random weekly times: none in one of four cases, else 1 to `maximum` parts of days."""
    if random.random() < 0.25:
        return ()
    parts = [PARTS_OF_DAY[name] for name in ("formiddag", "eftermiddag", "aften")]
    days = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6]
    count = random.randint(1, maximum)
    return join_slots(Slot(random.choice(days), *random.choice(parts)) for _ in range(count))
