"""A year of the plan's third section, walked over HTTP as people walk it, each act at its own moment of 2019 and 2020.

月报       four units report March 2019 to February 2020: 鼎湖 441203 on the due day, 高要 441204 late for October,
           四会 441284 misses July; 端州 441202's are verified
材料       端州 sends each month's, seen by its head and signed by its leader; 鼎湖 that of August, late
第一轮     端州 and 鼎湖 assess themselves, 端州 anew after a correction; findings: 端州's sent back once and
           closed, 高要's overdue, 鼎湖's withdrawn
督办单     高要's red light of September: a part handed on, extended, sent back once, closed; its late October
更正       高要 corrects September, 端州 June, 鼎湖 December after their bulletins; two of those are issued anew
绩效       equal weights, until the bureau doubles that of core targets from January 2020 on; 端州's inquiry
通报       one a month on the 12th: from June to December, and in every month with MATRIX=whole

At each month's end the submissions are pulled, and one other table in its turn; all of them where tests read what
stands in them, and everywhere with MATRIX=whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.testclient import TestClient

from metrics.bulletin.content import LANGUAGES
from metrics.bulletin.present_draft import FORMS
from metrics.periods import add_months, format_period, last_day
from tests.attached import a_pdf
from tests.builders import whole_submission
from tests.clock import Clock
from tests.matrices import WHOLE, dealt

V1 = "/api/v1"
ZONE = ZoneInfo("Asia/Shanghai")
FIRST, MONTHS = date(2019, 3, 1), 12
DUANZHOU, DINGHU, GAOYAO, SIHUI = "441202", "441203", "441204", "441284"
LATE, MISSED = (GAOYAO, "2019-10"), (SIHUI, "2019-07")
CORRECTED, ANEW = "2019-09", ("2019-06", "2019-09")  # after their bulletins, which are issued anew
ISSUED = tuple(f"2019-{month:02}" for month in range(6, 13))  # months whose bulletin tests read; see `issued`
_READ = ("2019-10-31", "2019-12-31")  # month ends of which tests read every table
PULLED = ("submissions", "progress", "slips", "findings", "self_assessments", "materials", "scores")

Pulled = dict[str, bytes]


@dataclass
class Year:
    """What the walk left: the digests of every bulletin as they were when it was issued, of those that were issued anew
    later their bytes as well; every pull as it was at a month's end.
    """

    client: TestClient
    clock: Clock
    people: dict[str, dict[str, str]]  # headers by who it is
    digests: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)  # (month, version) → file → SHA-256
    first: dict[str, Pulled] = field(default_factory=dict)  # month → file → bytes of the first version
    month_ends: dict[str, Pulled] = field(default_factory=dict)  # moment → dataset → CSV
    noted: dict[Any, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)  # the entity tag of what was done last, by what it is about
    keys: int = 0

    def at(self, moment: str) -> None:
        """Set the clock, local time."""
        self.clock.now = datetime.fromisoformat(moment).replace(tzinfo=ZONE)

    def do(self, who: str, path: str, body: Any = None, *, about: str = "") -> Any:
        """POST as `who`; `about`: what is acted on as it was seen last, and known by its new tag afterwards."""
        self.keys += 1
        headers = self.people[who] | {"Idempotency-Key": f"walk-{self.keys}"}
        if about in self.tags:
            headers["If-Match"] = self.tags[about]
        answer = self.client.post(V1 + path, json={} if body is None else body, headers=headers)
        assert answer.status_code in (200, 201), (self.clock.now, path, answer.text)
        if about and "ETag" in answer.headers:
            self.tags[about] = answer.headers["ETag"]
        return answer.json()

    def get(self, path: str, who: str = "bureau", **parameters: str) -> bytes:
        answer = self.client.get(V1 + path, params=parameters, headers=self.people[who])
        assert answer.status_code == 200, (path, answer.text)
        return bytes(answer.content)

    def pull(self, name: str, **parameters: str) -> bytes:
        """The dataset as CSV; days that pass are counted to the day on the clock."""
        day = {"on": f"{self.clock.now.astimezone(ZONE):%Y-%m-%d}"} if name == "slips" else {}
        return self.get(f"/{name}.csv", **day | parameters)

    def files(self, month: str, version: int) -> Pulled:
        """Every file of an issued version, as anybody who is signed in gets it."""
        names = [f"{language}.{form}" for language in LANGUAGES for form in FORMS]
        return {
            name: self.get(f"/bulletins/{month}.{name[3:]}", DUANZHOU, lang=name[:2], version=str(version))
            for name in names
        }


def walk(year: Year) -> None:
    """The whole year. `people` of it: a clerk by each unit's code, `bureau`, and `leader` of 端州."""
    year.at("2019-02-20T09:00")
    leader = {"duty": "leader", "name": "李明", "title": "副区长", "effective_from": "2019-02-20"}
    year.do("bureau", f"/units/{DUANZHOU}/people", leader)
    for count in range(MONTHS):
        month = add_months(FIRST, count)
        _reporting(year, month)
        if issued(month):
            _bulletin(year, format_period(month), f"{_after(month)}-12T16:00")
        for moment, step in sorted(_STEPS.items()):
            if moment.startswith(_after(month)):
                year.at(moment)
                step(year)
        year.at(f"{last_day(add_months(month, 1))}T23:00")
        moment = year.clock.now.isoformat()
        names = PULLED if moment.startswith(_READ) else (PULLED[0], *dealt(PULLED[1:], count))
        year.month_ends[moment] = {name: year.pull(name) for name in names}


def issued(month: date) -> bool:
    """Whether the month has a bulletin."""
    return WHOLE or format_period(month) in ISSUED


def _after(month: date) -> str:
    """The month in which it is reported, as moments begin."""
    return format_period(add_months(month, 1))


def _reporting(year: Year, month: date) -> None:
    """What the units send by the 5th of the month after, and later than that."""
    period, on = format_period(month), _after(month)
    online = 600 + 10 * (month.month - 3 + 12 * (month.year - 2019))
    year.at(f"{on}-03T10:00")
    report = {"unit": DUANZHOU, "period": period, "state": "in_progress", "text": f"{period} 已开展"}
    year.do(DUANZHOU, "/tasks/1/reports", report)
    _submit(year, DUANZHOU, period, items_online=online + 100)
    words = {"unit": DUANZHOU, "period": period, "problems": "无", "next_month": "继续推进"}
    material = year.do(DUANZHOU, "/materials", words)["id"]
    year.do(DUANZHOU, f"/materials/{material}/seen", {"head": "王强", "title": "区长", "seen_on": f"{on}-03"})
    year.do("leader", f"/materials/{material}/sign-off")
    if (SIHUI, period) != MISSED:
        _submit(year, SIHUI, period, items_online=online + 50)
    year.at(f"{on}-05T23:59")
    _submit(year, DINGHU, period, items_online=online + 80)
    if (GAOYAO, period) != LATE:
        _submit(year, GAOYAO, period, items_online=online)
    year.at(f"{on}-06T09:00")
    year.do("bureau", f"/submissions/{year.noted[DUANZHOU, period]}/verify", about=f"{DUANZHOU} {period}")
    if (GAOYAO, period) == LATE:
        year.at(f"{on}-08T11:00")
        _submit(year, GAOYAO, period, items_online=online)
    if period == "2019-08":
        year.do(DINGHU, "/materials", {**words, "unit": DINGHU, "summary": "已推进"})


def _submit(year: Year, unit: str, period: str, *, reason: str = "", **changes: int) -> None:
    body = whole_submission(unit, period, **changes) | {"reason": reason}
    year.noted[unit, period] = year.do(unit, "/submissions", body, about=f"{unit} {period}")["id"]


def _bulletin(year: Year, month: str, moment: str, *, reason: str = "") -> None:
    """Drafted, in September 2019 edited, and issued; what it was then is kept to be held against later."""
    year.at(moment)
    year.tags.pop(month, None)
    year.do("bureau", f"/bulletins/{month}", {"act": "draft"}, about=month)
    if month == CORRECTED and not reason:
        words = {"act": "edit", "language": "zh", "paragraph": "next.due", "text": "请于10日内整改到位。"}
        year.do("bureau", f"/bulletins/{month}", words, about=month)
    issued = year.do("bureau", f"/bulletins/{month}", {"act": "issue", "reason": reason}, about=month)
    year.digests[month, issued["version"]] = {file["name"]: file["sha256"] for file in issued["files"]}
    if month in ANEW and not reason:
        year.first[month] = year.files(month, 1)


def _assess(year: Year, unit: str, *, reason: str = "") -> None:
    """Sent once without words on targets, to be told which want some."""
    path, body = "/phases/PH2/self-assessments", {"unit": unit, "summary": "总体平稳", "reason": reason}
    headers = year.people[unit] | ({"If-Match": year.tags[f"self {unit}"]} if reason else {})
    told = year.client.post(V1 + path, json=body, headers=headers).json()
    wanted = [problem["pointer"].removeprefix("/remarks/") for problem in told.get("errors", ())]
    year.do(unit, path, body | {"remarks": dict.fromkeys(wanted, "正在补齐")}, about=f"self {unit}")


def _sign(year: Year) -> None:
    year.do("leader", f"/phases/PH2/self-assessments/{DUANZHOU}/sign-off", about=f"self {DUANZHOU}")


def _find(year: Year, unit: str, text: str, due_on: str, **about: Any) -> None:
    body = {"unit": unit, "severity": "major", "text": text, "due_on": due_on, **about}
    year.noted[f"finding {unit}"] = year.do("bureau", "/phases/PH2/findings", body, about=f"finding {unit}")["number"]


def _findings(year: Year) -> None:
    _find(year, DUANZHOU, "“一窗”窗口只受理部分事项", "2019-11-30", target="TG-19B")
    _find(year, GAOYAO, "目录未更新", "2019-12-20", task=1)
    _find(year, DINGHU, "误提", "2019-12-20", task=1)


def _rectify(year: Year, text: str) -> None:
    files = {"file": ("照片.pdf", a_pdf(text))}
    sent = year.client.post(
        f"{V1}/attachments", files=files, data={"unit": DUANZHOU}, headers=year.people[DUANZHOU]
    ).json()
    body = {"finding": year.noted[f"finding {DUANZHOU}"], "text": text, "attachments": [sent["seq"]]}
    year.tags.pop(f"finding {DUANZHOU}")
    year.do(DUANZHOU, "/phases/PH2/rectifications", body, about=f"finding {DUANZHOU}")


def _review(year: Year, unit: str, act: str, **said: str) -> None:
    number = year.noted[f"finding {unit}"]
    year.do("bureau", f"/phases/PH2/findings/{number}/{act}", said, about=f"finding {unit}")


def _issue_slip(year: Year, name: str, **body: Any) -> None:
    year.noted[name] = year.do("bureau", "/slips", {"unit": GAOYAO, **body}, about=name)["slip"]


def _on_slip(year: Year, name: str, act: str, who: str = GAOYAO, **said: Any) -> None:
    """Done to the slip as whoever acts sees it."""
    path = f"/slips/{year.noted[name]}"
    year.tags[name] = year.client.get(V1 + path, headers=year.people[who]).headers["ETag"]
    year.do(who, f"{path}/{act}", said, about=name)


def _red_light(year: Year) -> None:
    about = {"origin": "red_light", "target": "TG-05A", "period": "2019-09"}
    _issue_slip(year, "red", title="网上可办率未达70%", text="请说明原因,报送整改措施。", due_on="2019-10-31", **about)


def _late_slip(year: Year) -> None:
    about = {"origin": "late_submission", "period": "2019-10"}
    _issue_slip(year, "late", title="10月月报迟报", text="请说明迟报原因。", due_on="2019-11-20", **about)


def _hand_on(year: Year) -> None:
    _on_slip(year, "red", "receive")
    _on_slip(year, "red", "delegate", text="请核对受理记录。", to_unit=SIHUI, due_on="2019-10-25")
    _on_slip(year, "red", "receive", SIHUI, part=1)
    _on_slip(year, "red", "answer", SIHUI, part=1, text="记录已送交。")


def _close(year: Year, name: str) -> None:
    _on_slip(year, name, "review", "bureau", text="属实。")
    _on_slip(year, name, "close", "bureau")


def _weigh(year: Year) -> None:
    parts = {"attainment": 2, "timeliness": 1, "slips": 1, "inquiry": 1}
    year.do("bureau", "/scores/weights", {"valid_from": "2020-01", "weights": parts, "reason": "突出核心指标"})


def _inquire(year: Year) -> None:
    about = {"unit": DUANZHOU, "round": "2019", "form": "questionnaire", "measured_on": "2020-01-10"}
    evidence = {"evidence": "https://example.org/report.pdf"}
    year.do("bureau", "/tasks/39/inquiries", {**about, **evidence, "score": 86.5, "full_marks": 100})


def _answer_late(year: Year) -> None:
    _on_slip(year, "late", "receive")
    _on_slip(year, "late", "answer", text="经办人员调整。")


_STEPS: dict[str, Callable[[Year], None]] = {
    "2019-10-12T17:00": _red_light,
    "2019-10-14T10:00": _hand_on,
    "2019-10-15T10:00": lambda year: _assess(year, DUANZHOU),
    "2019-10-16T10:00": _sign,
    "2019-10-29T16:00": lambda year: _on_slip(year, "red", "extension", text="改造需两周。", due_on="2019-11-15"),
    "2019-10-30T11:00": lambda year: _on_slip(year, "red", "extension/decision", "bureau", granted=True),
    "2019-11-12T17:00": _late_slip,
    "2019-11-13T09:00": _findings,
    "2019-11-13T17:00": lambda year: _on_slip(year, "red", "answer", text="新增网上可办事项41项。"),
    "2019-11-15T09:00": lambda year: _on_slip(
        year, "red", "return", "bureau", text="6项未见入口。", due_on="2019-11-25"
    ),
    "2019-11-18T09:00": lambda year: _submit(year, GAOYAO, CORRECTED, items_online=720, reason="漏计20项"),
    "2019-11-19T09:00": lambda year: _review(year, DINGHU, "withdraw", reason="不属本单位"),
    "2019-11-20T09:00": lambda year: _bulletin(year, CORRECTED, "2019-11-20T09:00", reason="高要区更正数据"),
    "2019-11-20T10:00": lambda year: _assess(year, DINGHU),
    "2019-11-22T15:00": lambda year: _on_slip(year, "red", "answer", text="6项已开通。"),
    "2019-11-25T10:00": lambda year: _close(year, "red"),
    "2019-11-25T11:00": lambda year: _rectify(year, "已扩至全部事项"),
    "2019-11-28T11:00": lambda year: _review(year, DUANZHOU, "return", reason="佐证不足", due_on="2019-12-15"),
    "2019-12-13T09:00": lambda year: _rectify(year, "补交照片"),
    "2019-12-16T09:00": lambda year: _review(year, DUANZHOU, "close"),
    "2019-12-18T09:00": lambda year: _submit(year, DUANZHOU, "2019-11", items_online=770, reason="重复计数"),
    "2019-12-19T09:00": lambda year: _assess(year, DUANZHOU, reason="11月数据已更正"),
    "2019-12-20T09:00": _answer_late,
    "2019-12-23T09:00": lambda year: _close(year, "late"),
    "2020-01-15T09:00": _inquire,
    "2020-01-16T09:00": _weigh,
    "2020-01-20T09:00": lambda year: _submit(year, DUANZHOU, "2019-06", items_online=725, reason="重复计数"),
    "2020-01-21T09:00": lambda year: _bulletin(year, "2019-06", "2020-01-21T09:00", reason="端州区更正数据"),
    "2020-03-20T09:00": lambda year: _submit(year, DINGHU, "2019-12", items_online=772, reason="重复计数"),
}
