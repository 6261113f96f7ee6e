"""What is new as an Atom feed (RFC 4287), a page of it at a time (RFC 5005, section 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

from metrics.periods import format_period
from metrics.plan.model import Plan, Text
from metrics.publish.citation import identifier
from metrics.publish.codelists import fixed_codelists
from metrics.publish.edition import DATA_TERMS, publisher
from metrics.queries.news import News, NewsKind, NewsPage
from metrics.queries.status_turns import StatusTurn
from metrics.queries.view import View

MEDIA_TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_TITLE = Text(
    zh="标尺:发布与发布日程、更正、通报与状态变化",
    en="Biaochi: releases and their calendar, corrections, bulletins and changes of status",
)
_TAGS = {"zh": "zh-CN", "en": "en"}
_UNFIT = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
_SYNTHETIC = Text(zh="(合成演示)", en=" (synthetic)")


def feed(
    page: NewsPage, view: View, *, ledger: bytes, address: str, before: int | None, language: str, synthetic: bool
) -> bytes:
    """The document. `ledger`: the hash of its first entry, of which identifiers are made; `address`: of the site."""
    plan = view.plan
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": _TAGS[language]})
    label = _SYNTHETIC.in_language(language) if synthetic else ""
    _text(root, "id", identifier(ledger, "feed"))
    _text(root, "title", f"{plan.document.title.in_language(language)} · {_TITLE.in_language(language)}{label}")
    newest = max((one.recorded_at for one in page.items), default=view.recorded_at or datetime.fromtimestamp(0, UTC))
    _text(root, "updated", _moment(newest))
    _text(SubElement(root, "author"), "name", publisher(plan).in_language(language))
    _text(root, "rights", DATA_TERMS.in_language(language))
    _text(root, "generator", "Biaochi 标尺")
    here = f"{address}/api/v1/feed.atom"
    _link(root, "self", _at(here, language=language, before=before), MEDIA_TYPE)
    _link(root, "first", _at(here, language=language, before=None), MEDIA_TYPE)
    if page.before is not None:
        _link(root, "next", _at(here, language=language, before=page.before), MEDIA_TYPE)
    _link(root, "alternate", f"{address}/changes?lang={language}", "text/html")
    for one in page.items:
        _entry(root, one, plan, ledger=ledger, address=address, language=language, label=label)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _entry(root: Element, new: News, plan: Plan, *, ledger: bytes, address: str, language: str, label: str) -> None:
    title, summary, page = _SAID[new.kind](new, plan, language)
    entry = SubElement(root, "entry")
    _text(entry, "id", identifier(ledger, f"news:{new.kind.value}:{new.seq}"))
    _text(entry, "title", title + label)
    _text(entry, "published", _moment(new.recorded_at))
    _text(entry, "updated", _moment(new.recorded_at))  # what is recorded is never another thing later
    SubElement(entry, "category", {"term": new.kind.value})
    joined = "&" if "?" in page else "?"
    _link(entry, "alternate", f"{address}{page}{joined}lang={language}", "text/html")
    _text(entry, "summary", summary)


def _release(new: News, _plan: Plan, language: str) -> tuple[str, str, str]:
    title = Text(zh=f"第 {new.number} 号数据发布", en=f"Release {new.number}")
    return title.in_language(language), new.notes or title.in_language(language), f"/releases/{new.number}"


def _statuses(new: News, plan: Plan, language: str) -> tuple[str, str, str]:
    count = len(new.turns)
    title = Text(
        zh=f"第 {new.number} 号发布:{count} 项目标状态与上一次发布不同",
        en=f"Release {new.number}: {count} {'status is' if count == 1 else 'statuses are'} not as in the one before",
    )
    lines = [_turn(turn, plan, language) for turn in new.turns]
    return title.in_language(language), "\n".join(lines), f"/releases/{new.number}"


def _turn(turn: StatusTurn, plan: Plan, language: str) -> str:
    unit, target = plan.unit_by_code[turn.unit].name, plan.target_revisions[turn.target][-1].name
    words: Mapping[str, Text] = {one.code: one.name for one in fixed_codelists()["statuses"].codes}
    before, after = (words[one.status.value].in_language(language) for one in (turn.before, turn.after))
    return f"{unit.in_language(language)} · {turn.target} {target.in_language(language)}: {before} → {after}"


def _correction(new: News, plan: Plan, language: str) -> tuple[str, str, str]:
    unit = plan.unit_by_code.get(new.unit or "")
    name = (new.unit or "") if unit is None else unit.name.in_language(language)
    period = "" if new.period is None else format_period(new.period)
    title = Text(
        zh=f"{name} {period} 月报已更正(第 {new.number} 版)", en=f"{name} corrected its submission for {period}"
    )
    summary = Text(
        zh=f"序号 {new.seq};各版本见 observations.csv?history=true&unit={new.unit}&period={period}",
        en=f"Revision {new.number}, entry {new.seq}; every revision: "
        f"observations.csv?history=true&unit={new.unit}&period={period}",
    )
    return title.in_language(language), summary.in_language(language), f"/units/{new.unit}?month={period}"


def _bulletin(new: News, plan: Plan, language: str) -> tuple[str, str, str]:
    period = "" if new.period is None else format_period(new.period)
    title = Text(zh=f"{period} 通报(第 {new.number} 版)", en=f"Bulletin for {period}, version {new.number}")
    summary = Text(zh=f"{publisher(plan).zh}印发", en=f"Issued by {publisher(plan).en}")
    return title.in_language(language), summary.in_language(language), "/bulletins"


def _announcement(new: News, _plan: Plan, language: str) -> tuple[str, str, str]:
    if new.announced is None:
        raise ValueError(f"news of entry {new.seq} is of no announcement")
    of, act = new.announced
    name, said = of.name.in_language(language), act.said.in_language(language)
    between = Text(zh=":", en=": ").in_language(language)
    return f"{name}{between}{said}", act.reason or said, "/releases"


_SAID = {
    NewsKind.RELEASE: _release,
    NewsKind.STATUSES: _statuses,
    NewsKind.CORRECTION: _correction,
    NewsKind.BULLETIN: _bulletin,
    NewsKind.ANNOUNCEMENT: _announcement,
}


def _at(address: str, *, language: str, before: int | None) -> str:
    asked = {"lang": language} | ({} if before is None else {"before": str(before)})
    return f"{address}?{urlencode(asked)}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _UNFIT.sub(" ", text)


def _link(parent: Element, relation: str, address: str, kind: str) -> None:
    SubElement(parent, "link", {"rel": relation, "href": address, "type": kind})
