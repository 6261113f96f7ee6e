"""Files sent over HTTP: as they are, or looked over first and then confirmed."""

from __future__ import annotations

import json
from typing import Any

from tests.callers import SUBMISSIONS, Caller, Response

_keys = iter(range(10**9))


def send(who: Caller, content: bytes, *, name: str = "九月.xlsx", key: str | None = None, **fields: Any) -> Response:
    """Post a file; `dry_run` and the form's other fields by name, mappings as JSON."""
    dry_run = fields.pop("dry_run", False)
    said = {field: json.dumps(value) if isinstance(value, dict) else value for field, value in fields.items()}
    headers = who.headers | ({} if dry_run else {"Idempotency-Key": key or f"file-{next(_keys)}"})
    address = f"{SUBMISSIONS}/files" + ("?dry_run=true" if dry_run else "")
    return who.client.post(address, headers=headers, files={"file": (name, content)}, data=said)


def confirm(who: Caller, content: bytes, **fields: Any) -> Response:
    """Look the file over, then send it with the digest of what was read."""
    looked_over = send(who, content, dry_run=True, **fields)
    assert looked_over.status_code == 200, looked_over.text
    return send(who, content, reading=looked_over.json()["reading"], **fields)
