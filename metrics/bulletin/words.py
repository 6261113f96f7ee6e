"""The words of a bulletin, edited: figures in braces as they are written, that come back as they were. Pure."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from metrics.bulletin.document import FIGURE, Block, Paragraph
from metrics.errors import Invalid, Message, Problem
from metrics.forms import as_given
from metrics.texts import TURNING

LONGEST_WORDS = 2000  # characters


@dataclass(frozen=True, slots=True)
class Edited:
    """A document's blocks with what was written in them; `unused`: keys whose edit fits no paragraph any more."""

    blocks: tuple[Block, ...]
    unused: tuple[str, ...]


def with_words(blocks: Iterable[Block], words: Mapping[str, str]) -> Edited:
    """`blocks`, the paragraphs named in `words` by the templates there.

    An edit whose paragraph is gone, or that names a figure the paragraph no longer has, is left out and said.
    """
    found, left = [], dict(words)
    for block in blocks:
        if isinstance(block, Paragraph) and block.key in left:
            template = left[block.key]
            if set(FIGURE.findall(template)) <= block.figures.keys():
                del left[block.key]
                block = replace(block, template=template, edited=True)
        found.append(block)
    return Edited(tuple(found), tuple(left))


def editable(paragraph: Paragraph) -> str:
    """The paragraph as people edit it: figures in braces as they are written, numbered where two are alike."""
    labels = _labels(paragraph.figures)
    return FIGURE.sub(lambda found: f"{{{labels[found[1]]}}}", paragraph.template)


def words_etag(paragraph: Paragraph) -> str:
    """The entity tag of a paragraph's words and figures: another one whenever either is another."""
    said = json.dumps([paragraph.key, paragraph.template, dict(paragraph.figures)], ensure_ascii=False, sort_keys=True)
    return f'"words-{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def read_words(paragraph: Paragraph, written: str) -> str:
    """The template that `written` says; a figure in braces is named as it is written, or by its key.

    Raises Invalid `figure_typed_over` for braces that hold none of the paragraph's figures, `words_too_long`,
    `words_unreadable` for characters that no document can hold, `braces_open` for a brace without its other.
    """
    text = "\n".join(line.strip() for line in written.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    if len(text) > LONGEST_WORDS:
        raise _refused(
            "words_too_long",
            f"一段最多 {LONGEST_WORDS} 字。",
            f"A paragraph has at most {LONGEST_WORDS} characters.",
            text,
        )
    if any(_is_unreadable(character) for character in text):
        raise _refused(
            "words_unreadable", "文字中含有不能印出的字符。", "The words hold characters that no page can show.", text
        )
    keys = {label: key for key, label in _labels(paragraph.figures).items()} | {key: key for key in paragraph.figures}
    for token in FIGURE.findall(text):
        if token not in keys:
            raise _typed_over(paragraph, token)
    if "{" in FIGURE.sub("", text) or "}" in FIGURE.sub("", text):
        raise _refused(
            "braces_open",
            "花括号只用于数据,须成对出现。",
            "Braces hold figures alone, and each has its other.",
            text,
        )
    return FIGURE.sub(lambda found: f"{{{keys[found[1]]}}}", text)


def _labels(figures: Mapping[str, str]) -> dict[str, str]:
    """How each figure is named: as it is written; figures that are written alike are numbered from 1."""
    alike, seen = Counter(figures.values()), Counter[str]()
    labels = {}
    for key, text in figures.items():
        seen[text] += 1
        labels[key] = text if alike[text] == 1 else f"{text}·{seen[text]}"
    return labels


def _is_unreadable(character: str) -> bool:
    if character == "\n":
        return False
    return character in TURNING or unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co")


def _typed_over(paragraph: Paragraph, token: str) -> Invalid:
    known = " ".join(f"{{{label}}}" for label in _labels(paragraph.figures).values()) or "—"
    return _refused(
        "figure_typed_over",
        f"花括号里的“{as_given(token)}”不是本段的数据:数据出自数据发布,可以移动、删去或重复,不能改写。本段的数据:{known}",
        f"{as_given(token)!r} in braces is no figure of this paragraph: figures come from the release; they can "
        f"be moved, left out or repeated, not rewritten. Its figures: {known}",
        token,
    )


def _refused(code: str, zh: str, en: str, given: str) -> Invalid:
    message = Message(zh, en)
    return Invalid(code, message, [Problem(code, message, "/text", given=as_given(given))])
