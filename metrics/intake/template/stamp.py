"""What a template carries on its hidden sheet, so that a filled one is known again: whose it is, for which period, and
which version of the submission it was made from.

The nonce is no secret and gives no right: it tells a hidden sheet that was copied or edited in part from a whole one.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from metrics.intake.vocabulary import template_names


@dataclass(frozen=True, slots=True)
class Stamp:
    """`unit` is a code, `period` is `YYYY-MM`, `etag` that of the submission it was made from, or empty."""

    unit: str
    period: str
    etag: str = ""
    template_version: int = template_names.TEMPLATE_VERSION
    nonce: str = ""

    def sealed(self) -> Stamp:
        """This stamp with a new nonce that fits the rest of it."""
        salt = secrets.token_hex(8)
        return Stamp(self.unit, self.period, self.etag, self.template_version, f"{salt}-{self._seal(salt)}")

    @property
    def is_whole(self) -> bool:
        """True if the nonce was made for exactly this unit, period, version and entity tag."""
        salt, _, seal = self.nonce.partition("-")
        return secrets.compare_digest(seal.encode(), self._seal(salt).encode())

    def rows(self) -> list[tuple[str, str]]:
        """Key and value of every row of the hidden sheet, both text."""
        return [
            (template_names.KEY_VERSION, str(self.template_version)),
            (template_names.KEY_NONCE, self.nonce),
            (template_names.KEY_UNIT, self.unit),
            (template_names.KEY_PERIOD, self.period),
            (template_names.KEY_ETAG, self.etag),
        ]

    def _seal(self, salt: str) -> str:
        content = "\n".join((salt, str(self.template_version), self.unit, self.period, self.etag))
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def stamp_of(rows: Mapping[str, str]) -> Stamp | None:
    """The stamp that the hidden sheet's `rows` say; None if a key is missing or the version is no number."""
    wanted = (template_names.KEY_VERSION, template_names.KEY_NONCE, template_names.KEY_UNIT, template_names.KEY_PERIOD)
    version = rows.get(template_names.KEY_VERSION, "")
    if any(not rows.get(key) for key in wanted) or not re.fullmatch(r"[0-9]{1,6}", version):
        return None
    return Stamp(
        unit=rows[template_names.KEY_UNIT],
        period=rows[template_names.KEY_PERIOD],
        etag=rows.get(template_names.KEY_ETAG, ""),
        template_version=int(version),
        nonce=rows[template_names.KEY_NONCE],
    )
