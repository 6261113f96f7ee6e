"""HEAD: whatever GET answers, without its body."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware that asks the application for GET and leaves the body out (RFC 9110, 9.3.2).

    A `Range` means something for GET alone (14.2): HEAD answers for the whole.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"range"]
        await self.app({**scope, "method": "GET", "headers": headers}, receive, send_without_body)
