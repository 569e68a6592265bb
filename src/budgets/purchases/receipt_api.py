"""API routes on receipts: sent and fetched as base 64 in JSON."""

from base64 import b64decode
from binascii import Error
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from budgets.commands.messages import AttachReceipt
from budgets.model import Receipt
from budgets.money import service as money_service
from budgets.records.receipt_files import SanitizedReceipt, sanitize_receipt
from budgets.web.api import OFFICER, READERS, CreatedResponse, IdempotencyKey, submit
from people.access.model import Role
from people.access.scopes import Feature
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.rules import require_scope

SENDERS = require_scope(Feature.BUDGETS, Role.BUDGET_OFFICER, Role.CITIZEN)
BASE64_MAX = 11_500_000  # characters: a file of about 8 megabytes, below the limit of a request body

Base64 = Annotated[
    str,
    Meta(
        min_length=4,
        max_length=BASE64_MAX,
        pattern=r"^[A-Za-z0-9+/]+={0,2}$",
        description="A JPEG, PNG, WebP, HEIC or PDF file in base 64 (RFC 4648).",
    ),
]


class ReceiptFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A receipt as a program sends it."""

    content: Base64


def _decode_receipt(file: ReceiptFile) -> SanitizedReceipt:
    """The receipt, checked and re-encoded. Raises InvalidReceipt, also for incomplete base 64."""
    try:
        content = b64decode(file.content, validate=True)
    except Error:
        content = b""  # refused as a receipt below
    return sanitize_receipt(content)


@get("/api/receipts/{receipt_id:str}", opt=READERS, sync_to_thread=True)
def get_receipt(request: AppRequest, receipt_id: FromPath[str]) -> Receipt:
    """A receipt; `content` is its file in base 64."""
    with read_context(request) as context:
        return money_service.receipt(context, receipt_id)


@post("/api/movements/{movement_id:str}/receipts", opt=OFFICER, sync_to_thread=True)
def send_for_purchase(
    request: AppRequest,
    movement_id: FromPath[str],
    data: JSONBody[ReceiptFile],
    idempotency_key: IdempotencyKey,
) -> CreatedResponse:
    """Keep the receipt of a purchase that was recorded; gives the receipt."""
    # The file is re-encoded while the arguments are evaluated, before any transaction opens (ADR 0005).
    return submit(request, AttachReceipt(movement_id=movement_id), idempotency_key, _decode_receipt(data))


@post("/api/requests/{request_id:str}/receipts", opt=SENDERS, sync_to_thread=True)
def send_for_request(
    request: AppRequest,
    request_id: FromPath[str],
    data: JSONBody[ReceiptFile],
    idempotency_key: IdempotencyKey,
) -> CreatedResponse:
    """Keep the receipt of what money was put aside for; gives the receipt."""
    # As above: re-encoded before any transaction opens (ADR 0005).
    return submit(request, AttachReceipt(request_id=request_id), idempotency_key, _decode_receipt(data))


ROUTES = (get_receipt, send_for_purchase, send_for_request)
