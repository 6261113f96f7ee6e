"""What a pull asked for: the parameters of its address, and the place in the ledger as of which it was answered."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from metrics.ledger.verifying.faults import Unchecked

PULLED_ANYWHERE = ("as_of", "lang", "bom", "basis")
PARAMETERS = {  # those that may be given several times, then those that may not
    "observations": (("unit", "period", "element"), ("period_from", "period_to", "history", "after_seq", "after_hash")),
    "rates": (("unit", "period", "indicator"), ("period_from", "period_to", "columns")),
    "progress": (("unit", "target", "indicator"), ("on", "period", "columns")),
    "leaderboard": (("unit",), ("period", "period_from", "period_to", "group", "columns")),
}
_FORMS = {
    **dict.fromkeys(("period", "period_from", "period_to"), "[0-9]{4}-[0-9]{2}"),
    "on": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "group": "county|zone|pilot",
    "columns": "[a-z_]+(,[a-z_]+)*",
    "basis": "submitted|verified",
    "history": "true|false",
    "after_seq": "[0-9]{1,16}",
    "after_hash": "[0-9a-f]{64}",
    "lang": "zh|en",
    "bom": "0|1",
}


def read_query(address: str, table: str = "observations") -> dict[str, list[str]]:
    """The parameters of a pull of `table`, from its address or from what stands behind the question mark of it.

    Raises Unchecked where no such pull is answered, or none that can be written anew.
    """
    try:
        query = urlsplit(address).query if "?" in address or "://" in address else address
        asked = parse_qs(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise Unchecked("--query 不是下载地址或其参数。", "--query is no address of a pull.") from None
    many, once = PARAMETERS[table]
    odd = [name for name in asked if name not in (*many, *once, *PULLED_ANYWHERE)]
    if odd:
        raise Unchecked(f"带参数 {odd[0]} 的文件无法逐字节核验。", f"A pull with {odd[0]} cannot be written anew.")
    for name, values in asked.items():
        well_formed = all(re.fullmatch(_FORMS[name], value) for value in values) if name in _FORMS else True
        if not well_formed or (name not in many and len(values) > 1):
            raise _not_answered(name)
    return asked


def table_asked(address: str) -> str:
    """The table that the address of a pull names, empty where it names none."""
    name = urlsplit(address).path.rpartition("/")[2] if "?" in address or "://" in address else ""
    return name[:-4] if name.endswith(".csv") and name[:-4] in PARAMETERS else ""


def _not_answered(name: str) -> Unchecked:
    return Unchecked(f"--query 的参数 {name} 有误。", f"No pull is answered with such a {name} as --query names.")


def as_of_seq(asked: dict[str, list[str]], leaves: Sequence[bytes | None]) -> int:
    """The place in the ledger at which the file was pulled; without `as_of`, the last one."""
    given = asked.get("as_of", [str(len(leaves))])[0]
    if re.fullmatch("[0-9]{1,16}", given):
        if int(given) > len(leaves):
            raise Unchecked(
                f"条目与检查点只到第 {len(leaves)} 条:请取得更新的。",
                f"Entries and checkpoint end at {len(leaves)}: get newer ones.",
            )
        return int(given)
    known = [json.loads(leaf) for leaf in leaves if leaf is not None]
    try:
        moment = moment_of(given.strip(), known)
    except (ValueError, LookupError, TypeError):  # no plan with a time zone: no local time
        raise _not_answered("as_of") from None
    if len(known) < len(leaves):
        raise Unchecked("部分条目只有哈希,as_of 须用序号。", "With entries withheld, as_of must be a sequence number.")
    return max((k["seq"] for k in known if datetime.fromisoformat(k["recorded_at"]) <= moment), default=0)


def moment_of(text: str, known: Sequence[Any]) -> datetime:
    """As the service reads it: a day stands for its end, a time without offset is local time of the plan."""
    text = re.sub(r"([T ][0-9:.]+) ([0-9]{2}:?[0-9]{2})$", r"\1+\2", text)  # the + of an address may be a blank
    text += "" if re.search("[T ]", text) else "T23:59:59.999999"
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo:
        return moment
    parts = [part for said in known if said.get("kind") == "plan" for part in said["records"]]
    zones = [part["content"]["timezone"] for part in parts if part["kind"] == "document"]
    return moment.replace(tzinfo=ZoneInfo(zones[-1]))
