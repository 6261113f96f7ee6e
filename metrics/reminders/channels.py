"""The ways a reminder goes out: e-mail, and the chat robots of WeCom and DingTalk.

What goes wrong is raised as ChannelFailed, with a reason that holds no secret: neither the robot's address, whose query
is its key, nor a password.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Literal, Protocol
from urllib.parse import quote, urlsplit

from metrics.reminders.words import Words
from metrics.settings import Settings

TIMEOUT = 10  # seconds
_LONGEST_TEXT = 2000  # bytes; WeCom takes 2,048
_SHORTENED = "…"


class ChannelFailed(Exception):
    """A reminder could not be handed over. `final`: trying again would not help."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Channel(Protocol):
    """`name` is the channel's in the table of reminders. `needs_address`: it sends to people, not to a group."""

    @property
    def name(self) -> str: ...

    @property
    def needs_address(self) -> bool: ...

    def send(self, words: Words, *, to: Sequence[str], key: str) -> None:
        """Hand one reminder over. `key` is the same at every attempt. Raises ChannelFailed."""


@dataclass(frozen=True, slots=True)
class Mail:
    """E-mail over SMTP."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: Callable[[], str]
    sender: str
    name: str = "smtp"
    needs_address: bool = True

    def send(self, words: Words, *, to: Sequence[str], key: str) -> None:
        try:
            message = self._message(words, to=to, key=key)
        except ValueError as error:  # a line break in an address
            raise ChannelFailed(f"address refused: {error}", final=True) from None
        try:
            with self._connection() as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password())
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused:
            raise ChannelFailed("the server refused every recipient", final=True) from None
        except smtplib.SMTPResponseException as error:
            raise ChannelFailed(f"{type(error).__name__} {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelFailed(type(error).__name__) from None

    def _connection(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)

    def _message(self, words: Words, *, to: Sequence[str], key: str) -> EmailMessage:
        """The message; its id is made of the key, so that a second copy is known as one."""
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = self.sender, ", ".join(to), words.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        domain = parseaddr(self.sender)[1].rpartition("@")[2] or "biaochi.invalid"
        message["Message-ID"] = f"<biaochi.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(words.body)
        if words.file is not None:
            message.add_attachment(words.file[1], filename=words.file[0])
        return message


@dataclass(frozen=True, slots=True)
class Webhook:
    """A chat robot that takes JSON: WeCom's (企业微信) or DingTalk's (钉钉)."""

    url: Callable[[], str]
    shape: Literal["wecom", "dingtalk"]
    secret: Callable[[], str]
    name: str = "webhook"
    needs_address: bool = False

    def send(self, words: Words, *, to: Sequence[str], key: str) -> None:
        text = _cut(f"{words.subject}\n{words.body}")
        content: dict[str, object] = {"msgtype": "text", "text": {"content": text}}
        if self.shape == "dingtalk":
            content["at"] = {"isAtAll": False}
        status, answer = self._post(json.dumps(content, ensure_ascii=False).encode())
        if status != 200:
            raise ChannelFailed(f"HTTP {status}", final=400 <= status < 500 and status not in (408, 429))
        try:
            code = json.loads(answer).get("errcode")
        except (ValueError, AttributeError):
            raise ChannelFailed("the robot's answer is no JSON object") from None
        if code != 0:
            raise ChannelFailed(f"the robot answered errcode {str(code)[:20]}")

    def _post(self, content: bytes) -> tuple[int, bytes]:
        address = urlsplit(self.url())
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        path = (address.path or "/") + (f"?{address.query}" if address.query else "") + self._signature(address.query)
        try:
            connection = kind(address.hostname or "", address.port, timeout=TIMEOUT)
            try:
                connection.request("POST", path, content, {"Content-Type": "application/json; charset=utf-8"})
                answer = connection.getresponse()
                return answer.status, answer.read(65536)
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError) as error:
            raise ChannelFailed(type(error).__name__) from None

    def _signature(self, query: str) -> str:
        """DingTalk's signature: the moment in milliseconds and its HMAC under the robot's secret."""
        secret = self.secret()
        if self.shape != "dingtalk" or not secret:
            return ""
        moment = str(int(datetime.now(UTC).timestamp() * 1000))
        signed = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
        sign = quote(base64.b64encode(signed), safe="")
        return f"{'&' if query else '?'}timestamp={moment}&sign={sign}"


def channels(configured: Settings) -> tuple[Channel, ...]:
    """The channels that are switched on."""
    found: list[Channel] = []
    if configured.smtp_host:
        found.append(
            Mail(
                host=configured.smtp_host,
                port=configured.smtp_port,
                security=configured.smtp_security,
                user=configured.smtp_user,
                password=configured.smtp_password.get_secret_value,
                sender=configured.smtp_from or configured.smtp_user or "biaochi@localhost",
            )
        )
    if configured.webhook_url.get_secret_value():
        found.append(
            Webhook(
                url=configured.webhook_url.get_secret_value,
                shape=configured.webhook_shape,
                secret=configured.webhook_secret.get_secret_value,
            )
        )
    return tuple(found)


def _cut(text: str) -> str:
    """`text` within what a robot takes, whole characters only."""
    content = text.encode()
    if len(content) <= _LONGEST_TEXT:
        return text
    return content[: _LONGEST_TEXT - len(_SHORTENED.encode())].decode(errors="ignore") + _SHORTENED
