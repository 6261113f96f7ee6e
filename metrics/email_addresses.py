"""What an e-mail address is here: letters, digits and signs of ASCII before the @, a host's name after it."""

from __future__ import annotations

import re

from metrics.errors import Message

# RFC 5322's dot-atom without what other programs read another way: % (an escape, a route), = and ? (an encoded word).
_WORD = r"[A-Za-z0-9!#$&'*+/^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_WORD}(?:\.{_WORD})*@{_LABEL}(?:\.{_LABEL})*")
_LONGEST = 254

EMAIL_ODD = Message(
    "电子邮箱格式不正确,应如 chen@example.org。", "This is no e-mail address; one is written like chen@example.org."
)


def is_email_address(text: str) -> bool:
    """True if e-mail can be written to it as it stands, without quoting or encoding anything."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None
