"""Chinese as it is printed: the sentences of the program are typed with the half-width signs of a keyboard. Pure."""

from __future__ import annotations

import re

_WIDE = dict(zip(",:;?!()", "\uff0c\uff1a\uff1b\uff1f\uff01\uff08\uff09", strict=True))
_HAN = "一-鿿"
# What is quoted stays as it was given; a sign before a letter or a figure may be part of a cell's name: 月报!D7.
_SIGN = re.compile(rf"“[^”]*”|(?<=[{_HAN}”])(?:[,:;?]|!(?![A-Z]))|[,:;?!](?=[{_HAN}“])")
_BRACKETS = re.compile(rf"“[^”]*”|(?<=[{_HAN}”])\(([^()]*)\)|\(([^()]*[{_HAN}][^()]*)\)")
_COUNT = re.compile(
    rf"“[^”]*”|(?:(?<=[{_HAN}\uff08\uff0c\uff1a\uff1b]) )?(?<![\w.,:/-])(\d[\d,]*)"
    r" (?=[天个项份月小分秒字行列名条次期块处批位户家组页号版人倍轮种步])"
)


def in_print(text: str) -> str:
    """`text` with the signs that print has beside Chinese, and no blanks around a count: 已逾期1天。"""
    text = _BRACKETS.sub(lambda found: found[0] if found[0][0] == "“" else f"\uff08{found[0][1:-1]}\uff09", text)
    text = _SIGN.sub(lambda found: _WIDE.get(found[0], found[0]), text)
    return _COUNT.sub(lambda found: found[1] or found[0], text)
