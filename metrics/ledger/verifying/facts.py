"""What figures follow from, as leaves tell it: the plan, submissions as they stand, lights set by hand, settings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from metrics.ledger.verifying.faults import Unchecked, Wrong
from metrics.ledger.verifying.months import month_from
from metrics.ledger.verifying.observations import SYNTHETIC
from metrics.ledger.verifying.plan import PlanAsKnown
from metrics.ledger.verifying.rates import Facts, Sent

METHOD = 3  # the rules of calculation that are followed here, by their number
LIGHTS = {
    **{"met": "green", "on_track": "green", "behind": "amber", "rectifying": "amber"},
    **{"overdue": "red", "no_data": "grey", "not_applicable": "grey"},
}
DEFAULT_SETTINGS: dict[str, Any] = {"lights": LIGHTS, "judged_share": "0.5"}  # where the ledger states none


class LeavesTold:
    """What the leaves up to and with `seq` tell. Raises Unchecked where some are known by their hash alone."""

    def __init__(self, leaves: Sequence[bytes | None], *, seq: int) -> None:
        self._parts: dict[tuple[str, str], list[Any]] = {}
        self._states: dict[int, str] = {}
        self._submissions: dict[int, Any] = {}  # the newest revision of each
        self._newest: dict[str, int] = {}  # by unit, the entry of the newest submission or revision
        self._overrides: dict[tuple[str, str, str], Any] = {}  # by period, unit and target
        self.synthetic = any(leaf is not None and b'"synthetic":true' in leaf for leaf in leaves)
        self.settings = [DEFAULT_SETTINGS]  # those in force at `seq`, then those stated after it
        self.method: int | None = None
        for place, leaf in enumerate(leaves, start=1):
            if leaf is None:
                raise Unchecked(
                    "部分条目只有哈希,无法重算:请用数据发布,或由可读全部条目者核验。",
                    "Of some entries only the hash is here, so nothing can be recomputed: check a release, or have "
                    "somebody check it who may read every entry.",
                )
            try:
                self._tell(json.loads(leaf), known=place <= seq)
            except (KeyError, TypeError, ValueError, AttributeError):
                raise Wrong(f"账本第 {place} 条不成形。", f"Entry {place} is not of the form of its kind.") from None

    def _tell(self, said: Any, *, known: bool) -> None:
        kind = said["kind"]
        if kind == "method":
            self.method = said["method"] if known else self.method or said["before"]
        elif kind == "settings":
            stated = {"lights": said["lights"], "judged_share": said["judged_share"]}
            self.settings = [stated] if known else [*self.settings, stated]
        elif known and kind == "plan":
            for part in said["records"]:
                self._part(part["kind"], part["code"], part["content"], removed=part["removed"])
        elif known and kind == "target":
            self._part("target", said["target"]["code"], said["target"])
        elif known and kind == "weights":
            for part in said["records"]:
                self._part("weight", part["code"], part["content"])
        elif known and kind == "override":
            self._overrides[said["period"], said["unit"], said["target"]] = said
        elif known and "submission" in said and "state" in said:
            self._states[said["submission"]] = said["state"]
            if "values" in said:
                self._submissions[said["submission"]] = said
                self._newest[said["unit"]] = said["seq"]

    def _part(self, kind: str, code: str, content: Any, *, removed: bool = False) -> None:
        if removed:
            self._parts.pop((kind, code), None)
        elif kind == "target":
            self._parts.setdefault((kind, code), []).append(content)
        else:
            self._parts[kind, code] = [content]

    def facts(self, *, verified: bool, settings: Mapping[str, Any]) -> Facts:
        """The facts on the basis of everything sent, or of what is verified. Raises Unchecked before the first plan."""
        if not any(kind == "document" for kind, _ in self._parts):
            raise Unchecked("截至该处账本中尚无方案。", "By that place the ledger has no plan yet.")
        plan = PlanAsKnown((kind, one) for (kind, _), contents in self._parts.items() for one in contents)
        sent = {
            (said["unit"], month_from(said["period"])): Sent(
                self._states[number], {code: Fraction(value) for code, value in said["values"].items()}
            )
            for number, said in self._submissions.items()
        }
        months = [month for _, month in sent]
        whatever = Facts(
            plan=plan,
            sent=sent,
            all_sent=(min(months), max(months)) if months else None,
            set_by_hand=self._set_by_hand(plan),
            lights={**LIGHTS, **settings["lights"]},
            judged_share=Fraction(settings["judged_share"]),
            label=SYNTHETIC if self.synthetic else {},
        )
        if not verified:
            return whatever
        counted = {key: one for key, one in sent.items() if one.state == "verified"}
        return Facts(**{**whatever.__dict__, "sent": counted, "whatever": whatever})

    def _set_by_hand(self, plan: PlanAsKnown) -> dict[tuple[int, str, str], str]:
        """The lights that stand: one lapses with the next submission of its unit, or of a unit below it."""
        found = {}
        for (period, unit, target), said in self._overrides.items():
            below = plan.reporting_below(unit) if unit in plan.unit else ()
            if said["light"] is not None and all(self._newest.get(one.code, 0) < said["seq"] for one in below):
                found[month_from(period), unit, target] = said["light"]
        return found
