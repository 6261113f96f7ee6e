"""Fonts for bulletins: those of an official document that are there; without any a sentence, never boxes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from metrics.errors import Message, Unavailable
from metrics.settings import settings

if TYPE_CHECKING:
    from typst import Fonts

# Of each kind, best first. Names as the systems have them: Windows and WPS, macOS, then fonts that are free.
_FREE_SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "AR PL UMing CN", "AR PL SungtiL GB")
_FREE_SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei")
_FREE = (*_FREE_SERIF, *_FREE_SANS, "Droid Sans Fallback")
BODY = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R", "FandolFang", *_FREE)
HEADING = ("SimHei", "黑体", "STHeiti", "Heiti SC", "FandolHei", *_FREE_SANS, *_FREE)
SECOND = ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "Kaiti SC", "FandolKai", "AR PL UKai CN", *_FREE)
TITLE = ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "STSong", "SimSun", "宋体", *_FREE)
_LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")  # the last comes with Typst itself


@dataclass(frozen=True, slots=True)
class FontChoice:
    """Families that are there. `chinese` empty: none has Chinese characters, and nothing Chinese can be set."""

    loaded: Fonts
    latin: str
    body: str
    heading: str
    second: str
    title: str

    @property
    def has_chinese(self) -> bool:
        return bool(self.body)


def fonts_for(text: str) -> FontChoice:
    """The fonts by which `text` can be set. Raises Unavailable `font_missing` for Chinese where no font has it."""
    found = _installed(str(settings().fonts or ""))
    if not found.has_chinese and any(unicodedata.east_asian_width(character) in "WF" for character in text):
        _installed.cache_clear()  # one may be put in while the service runs
        raise Unavailable(
            "font_missing",
            Message(
                "服务器上没有中文字体,不能生成 PDF 和 DOCX 的插图:请安装仿宋、黑体、楷体,或自由字体"
                "(Debian/Ubuntu:apt-get install fonts-noto-cjk),或以 BIAOCHI_FONTS 指明字体所在文件夹。",
                "This server has no Chinese font, so PDF and the pictures of DOCX cannot be made: install FangSong, "
                "SimHei and KaiTi, or free fonts (Debian, Ubuntu: apt-get install fonts-noto-cjk), or name their "
                "folder in BIAOCHI_FONTS.",
            ),
        )
    return found


@lru_cache(maxsize=2)
def _installed(folder: str) -> FontChoice:
    from typst import Fonts

    loaded = Fonts(font_paths=[Path(folder)] if folder else [])
    there = set(loaded.families())

    def first(names: tuple[str, ...]) -> str:
        return next((name for name in names if name in there), "")

    return FontChoice(loaded, first(_LATIN), first(BODY), first(HEADING), first(SECOND), first(TITLE))
