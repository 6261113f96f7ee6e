"""Where in the ledger an answer stands, and whether that is in doubt, as its headers say it.

So a reader who comes again can tell if it goes on, and one who comes for the first time if it is to be believed.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from metrics.database import ReadSession
from metrics.ledger.continuation import doubt_where_read, last_doubt
from metrics.ledger.epochs import present_epoch
from metrics.queries.ledger import ledger_hash

IN_DOUBT = "X-Ledger-In-Doubt"


class LedgerInDoubt:
    """ASGI middleware: while the ledger is not the one that was signed, every answer of the API says so, and why.

    `ledger_set_back; note*=UTF-8''…`: the code, and the sentence in both languages (RFC 8187).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return

        async def send_with_doubt(message: Message) -> None:
            if message["type"] == "http.response.start":
                doubt = last_doubt()
                if doubt is not None:
                    said = quote(f"{doubt.message.zh} {doubt.message.en}")
                    MutableHeaders(scope=message)[IN_DOUBT] = f"{doubt.code}; note*=UTF-8''{said}"
            await send(message)

        await self.app(scope, receive, send_with_doubt)


def place_headers(session: ReadSession, *, seq: int, after: int | None = None) -> dict[str, str]:
    """Up to which entry things are known, with the hash of the ledger there, and after which entry, with its hash.

    Whether that is in doubt is looked at, for :class:`LedgerInDoubt` to say.
    """
    doubt_where_read(session)
    headers = {
        "X-As-Of-Seq": str(seq),
        "X-As-Of-Hash": ledger_hash(session, seq),
        "X-Ledger-Epoch": str(present_epoch(session)),
    }
    return headers if after is None else headers | {"X-After-Hash": ledger_hash(session, after)}
