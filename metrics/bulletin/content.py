"""The bulletin of a month as a document: chapters, annexes and notes, of figures and edited words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from metrics.bulletin.document import Block, BulletinDocument, DocumentHeading, DocumentTable, Paragraph, TableColumn
from metrics.bulletin.figures import BulletinFigures
from metrics.bulletin.follow_up import next_chapter, problems_chapter, tasks_chapter
from metrics.bulletin.month_changes import changes_chapter
from metrics.bulletin.overall import overall_chapter, units_chapter
from metrics.bulletin.wording import BASIS_WORDS, BulletinWording
from metrics.bulletin.words import with_words
from metrics.ledger.printed_head import printed_head
from metrics.periods import format_period
from metrics.rounding import exact_decimal

LANGUAGES = ("zh", "en")
# What goes on from one month's bulletin to the next: who it is for and who signs it.
CARRIED = ("addressees", "signature")


@dataclass(frozen=True, slots=True)
class Made:
    """A document, and the keys of the edits that fit no paragraph of it."""

    document: BulletinDocument
    unused: tuple[str, ...]


def bulletin_document(
    known: BulletinFigures,
    *,
    language: str,
    words: Mapping[str, str],
    version: int,
    issued_on: date | None,
    before: Mapping[str, Any] | None = None,
) -> Made:
    """The document in `language` with `words` (paragraph → template) in place of what is generated.

    `issued_on` None: a draft. `before`: the version before as :meth:`BulletinDocument.as_json` has it; the document
    then says what changed.
    """
    wording = BulletinWording(known.plan, language)
    edited = with_words(_body(known, wording, version=version, issued_on=issued_on), words)
    document = BulletinDocument(
        language=language,
        period=format_period(known.period),
        version=version,
        title=_title(known, wording),
        blocks=edited.blocks,
        notes=tuple(_notes(known, wording, edited.blocks)),
        synthetic=known.release.synthetic,
    )
    if before is None:
        return Made(document, edited.unused)
    changed = changes_between(before, document.as_json())
    return Made(replace(document, blocks=(*document.blocks, *_changes(wording, before, changed))), edited.unused)


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What differs between two versions: the place in words, what stood there, what stands there now.

    A paragraph is named by its first words, a cell by its table, row and column, a row that is new or gone by itself.
    """
    olds, news = _TakenApart.of(before), _TakenApart.of(after)
    found = []
    for key in dict.fromkeys([*olds.paragraphs, *news.paragraphs]):
        was, now = olds.paragraphs.get(key, ""), news.paragraphs.get(key, "")
        if was != now:
            found.append(((was or now)[:_FIRST_WORDS] + "…", was, now))
    for named in dict.fromkeys([*olds.rows, *news.rows]):
        was_row, now_row = olds.rows.get(named), news.rows.get(named)
        if was_row is None or now_row is None:
            found.append(
                (" / ".join(named[1:]), " | ".join((was_row or {}).values()), " | ".join((now_row or {}).values()))
            )
            continue
        for column in dict.fromkeys([*was_row, *now_row]):
            if was_row.get(column) != now_row.get(column):
                place = " / ".join([*named[1:], column])
                found.append((place, was_row.get(column, ""), now_row.get(column, "")))
    return found


@dataclass(frozen=True, slots=True)
class _TakenApart:
    """A version taken apart: paragraphs by key; rows of tables by table and by what names them, cell by column."""

    paragraphs: dict[str, str]
    rows: dict[tuple[str, ...], dict[str, str]]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> _TakenApart:
        parts = cls({}, {})
        for block in document["blocks"]:
            if block["kind"] == "paragraph" and block["key"] not in _EACH_ITS_OWN:
                parts.paragraphs[block["key"]] = block["text"]
            if block["kind"] == "table" and block["key"] != "changes":
                for row in block["rows"]:
                    named = [row[place] for place in _NAMED_BY.get(block["key"], (0,))]
                    cells = dict(zip(block["columns"], row, strict=True))
                    parts.rows[block["key"], block["title"], *named] = cells
        return parts


_FIRST_WORDS = 16  # characters
# The columns by which a row is known; else the first.
_NAMED_BY = {"units": (1,), "turned": (0, 1), "tasks": (0, 1), "annex": (0, 1)}
_EACH_ITS_OWN = ("signature", "changed", "overall.submissions")  # differ with every version: they say when it was made


def _title(known: BulletinFigures, words: BulletinWording) -> str:
    title, month = words.text(known.plan.document.title), words.month(known.period)
    return words.say(f"关于{month}《{title}》落实情况的通报", f"Bulletin for {month}: {title}")


def _body(known: BulletinFigures, words: BulletinWording, *, version: int, issued_on: date | None) -> Iterator[Block]:
    if known.release.synthetic:
        said = words.say(
            "本通报数据均为演示数据（虚构），不得引用。",
            "All figures in this bulletin are synthetic. Do not cite them.",
        )
        yield Paragraph("synthetic", said, style="notice")
    yield Paragraph(
        "addressees",
        words.say("各填报单位，各有关部门：", "To all reporting units and departments:"),
        style="addressees",
    )
    opening = words.say(
        "现将{month}《{title}》落实情况通报如下。", "The state of work under the {title} in {month} is as follows."
    )
    title = {"title": words.text(known.plan.document.title), "month": words.month(known.period)}
    yield Paragraph("opening", opening, title)
    yield from overall_chapter(known, words)
    yield from units_chapter(known, words)
    yield from changes_chapter(known, words)
    yield from tasks_chapter(known, words)
    yield from problems_chapter(known, words)
    yield from next_chapter(known, words)
    day = words.say("（签发日期）", "(day of issue)") if issued_on is None else words.day(issued_on)
    plan = known.plan.document
    signed = {"issuer": words.text(plan.bulletin_issuer or plan.issuer), "issued_on": day}
    yield Paragraph("signature", "{issuer}\n{issued_on}", signed, style="signature")
    yield DocumentHeading(2, words.say("附件1 各单位主要指标数据", "Annex 1: figures of the units"))
    yield _annex(known, words)


def _annex(known: BulletinFigures, words: BulletinWording) -> DocumentTable:
    """Numerator and denominator of every value in the document, so that anyone can compute it again."""
    say = words.say
    columns = (
        TableColumn(say("单位", "Unit")),
        TableColumn(say("指标", "Indicator")),
        TableColumn(say("分子", "Numerator"), numbers=True),
        TableColumn(say("分母", "Denominator"), numbers=True),
        TableColumn(say("数值", "Value"), numbers=True),
    )
    rows = []
    verdicts = [stage.verdict for stage in known.stages]
    verdicts += [
        v for code in known.units for stage in known.stages if (v := _of(known, code, stage.verdict.target_code))
    ]
    for verdict in verdicts:
        rate, indicator = verdict.rate, known.plan.indicator_by_code[verdict.indicator_code]
        if rate is not None and rate.numerator is not None and rate.denominator is not None:
            rows.append(
                (
                    words.unit(verdict.unit_code),
                    words.text(indicator.name),
                    exact_decimal(rate.numerator),
                    exact_decimal(rate.denominator),
                    words.value(indicator, verdict.value),
                )
            )
    return DocumentTable("annex", say("分子、分母与数值", "Numerators, denominators, values"), columns, tuple(rows))


def _of(known: BulletinFigures, unit: str, target: str) -> Any:
    return known.verdicts.get((unit, target))


def _notes(known: BulletinFigures, words: BulletinWording, blocks: Sequence[Block]) -> Iterator[str]:
    say, release = words.say, known.release
    basis = words.text(BASIS_WORDS[release.basis])
    yield say(
        f"数据来源：第{release.number}号数据发布，口径为{basis}，知悉至{words.moment(release.known_at)}（账本第{release.stands_on}条）。",
        f"Source: release {release.number}, {basis}, as known on {words.moment(release.known_at)} (entry "
        f"{release.stands_on} of the ledger).",
    )
    head = printed_head(release.checkpoint)
    yield say(
        f"账本检查点：{head.origin}，{head.size}条，根 {head.root}，密钥 {head.key}。",
        f"Checkpoint of the ledger: {head.origin}, {head.size} entries, root {head.root}, key {head.key}.",
    )
    yield say(
        "凭条数和根可核对账本其后未被改写（verify.py --printed）。检查点全文如下，签名行之前空一行：",
        "By size and root the ledger is held against it later (verify.py --printed). Its whole text, with an empty "
        "line before the signature:",
    )
    yield from (line for line in release.checkpoint.split("\n") if line)
    if any(isinstance(block, Paragraph) and block.edited and block.has_own_number for block in blocks):
        yield say(
            "带*的段落含起草时写入的数字，不出自数据发布。",
            "Paragraphs marked * hold numbers that were written in; these are not from the release.",
        )


def _changes(words: BulletinWording, before: Mapping[str, Any], changed: list[tuple[str, str, str]]) -> Iterator[Block]:
    say = words.say
    yield DocumentHeading(
        2, say(f"附件2 与第{before['version']}版相比的变动", f"Annex 2: changes from version {before['version']}")
    )
    figures = {"before": str(before["version"]), "count": str(len(changed))}
    said = say(
        "本通报重新印发，第{before}版同时保留。与第{before}版相比，内容变动{count}处。",
        "This bulletin is issued anew; version {before} is kept beside it. Against version {before}, {count} places "
        "differ.",
    )
    yield Paragraph("changed", said, figures)
    if changed:
        columns = (
            TableColumn(say("位置", "Place")),
            TableColumn(say("原为", "Before")),
            TableColumn(say("现为", "Now")),
        )
        yield DocumentTable("changes", say("变动对照", "Before and now"), columns, tuple(changed))
