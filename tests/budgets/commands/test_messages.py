"""The digest of a command is stored with its idempotency key, so no rename may change it."""

from datetime import date
from typing import get_args

import msgspec
import pytest

from budgets.commands import messages
from budgets.commands.messages import Command, command_digest
from budgets.model import ClosingCause, Fund, UnspentPolicy

DAY = date(2026, 3, 1)
FUND = Fund(
    id="fund",
    name="Hverdagsmestring 2026",
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    legal_basis="SEL § 85",
    appeal="Ankestyrelsen",
    account_string="5.38.44",
    grant_max_ore=10_000_00,
    own_purchase_ore=500_00,
    own_month_ore=1_000_00,
    unspent=UnspentPolicy.CARRIED_OVER,
)
EXAMPLES: tuple[tuple[Command, str], ...] = (
    (messages.AddFund(FUND, 100_000_00), "e4ebc009f8b1d623e58c5d93e92fa40ffbf5b2ef99baaed49be9c9d4b74e09ed"),
    (
        messages.AddFunding("fund", 5_00, "Tillæg"),
        "d10092344418eb654ad5a8bd8bb97ac333d27969547d6316b838ebc3762c438d",
    ),
    (
        messages.MakeGrant("fund", "citizen", 5_000_00, DAY, date(2026, 12, 31), "SEL § 85"),
        "d2c70545c475d5d22878938a4a87ed191ad3aae8bc0a0e66a6b2dcd9f0233015",
    ),
    (
        messages.AllocateToGoal("grant", "goal", 1_850_00),
        "ffad8155bfa7245a69d746dd00101d14b96852aca2d36e6b0d3e4d15517b530b",
    ),
    (
        messages.ReallocateToGoal("grant", "goal", None, 100_00, "Kurset er aflyst"),
        "ad823b348c5ed11fa67d68ad394e47190f08fb0d57c7c54b9430fd7675fa9f66",
    ),
    (
        messages.RecordPurchase("grant", "goal", 249_95, DAY, "Svømmebriller", outlay=True),
        "dbf3d8571f1791690b8ae684680f8dc0a1a53c87f9103d2dd91f4650803a0196",
    ),
    (
        messages.Refund("movement", 249_95, DAY, "Leveret tilbage"),
        "dcbac0794c6ce65761cccf36c18d25136b0c0455e0038834a38db85b44e8e627",
    ),
    (
        messages.AttachReceipt(movement_id="movement"),
        "dc4daf6221967f3326447a3ca87f7ebad94f7af306048ad50abc3ea8423a00e1",
    ),
    (
        messages.Reverse("movement", "Tastefejl"),
        "b883d0dced96a802eea62808f957a20f4b72262bf185f346fc5626c715ebc6c9",
    ),
    (
        messages.RequestSpending("grant", "goal", "Svømmekursus", 600_00, "Bo", "på lørdag"),
        "13035d0f4232f0714f204c874e9ee9f1cea9b2002909417faf2a6fc7b32978cd",
    ),
    (
        messages.DecideRequest("request", False, "Ikke inden for formålet", "§ 3"),
        "c0b91d6e711c98b747e5087f68d3ecb9a8bb306bad8a64cdd0e8653f0e01a3d3",
    ),
    (messages.WithdrawRequest("request"), "1544a835cb61801e124ab2df2e6033ad44d1194d7269a8e2ad9ef8fde7841268"),
    (
        messages.RecordLearning("request", "Jeg kan crawle"),
        "e0ec28e9e13e4ae0068bbbe2df4c3dd0e5abbe4f42f5a6bb12966ae8d97aec8c",
    ),
    (
        messages.ExpireReservation("request"),
        "cbd66af5c71b99aa7c9d3a72258d3c4fe49e6df0199899a8e43898243b4c1125",
    ),
    (
        messages.GiveNotice("grant", date(2026, 5, 1), "Flytter"),
        "ddce99a743e4be1d0467b457a72e36463a048a8b2d5cac433bd5404926b262d1",
    ),
    (
        messages.CloseGrant("grant", ClosingCause.ENDED, "Slut", "next"),
        "14d9438a60833fbea131821f01d86b240eaf23201dc55acfc41a52022ab7bcc0",
    ),
    (messages.ClosePeriod("fund", DAY), "0b1987179c87842c736f9a64d51e81ef3a9b18f6ae90092d2095e8da56c2e987"),
)


def test_every_command_has_an_example() -> None:
    assert {type(command) for command, _ in EXAMPLES} == set(get_args(Command))


@pytest.mark.parametrize(("command", "digest"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_digest_of_a_command_stays_as_stored(command: msgspec.Struct, digest: str) -> None:
    assert command_digest(command, "actor") == digest


def test_digest_tells_actors_and_attachments_apart() -> None:
    command = messages.AttachReceipt(request_id="request")
    assert command_digest(command, None) == "5262fc403f4d355bfa8be3a303146c33341c22eb85557532d44dc8f3391c7198"
    assert (
        command_digest(command, "actor", b"receipt")
        == "63ba3b9af8cd088b58e3e9e68ccece535b4f97f2c3776e1c90af330ded54a7a6"
    )
