"""Which passwords are accepted: two profiles, and the list of what is tried first.

`asvs` follows OWASP ASVS 5.0: at least 12 characters of any kind, refused only what is guessed, none too old.
`mlps3` follows what 等保 2.0 三级 is audited by: at least 8 characters of three kinds, 90 days, none of the last five.
`BIAOCHI_PASSWORD_PROFILE` chooses. A refusal names what is wrong and never repeats the password.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from metrics.errors import Message, Problem
from metrics.settings import settings

LONGEST = 256
_FEWEST_DIFFERENT = 5
_COMMON = Path(__file__).with_name("common_passwords.txt")
_SHORTEST_WORD = 4
# Signs that are typed for a letter: `p@ssw0rd` is `password`.
_UNSHIFTED = str.maketrans("!@#$%^&*()", "1234567890")  # `1qaz@wsx` is a walk over the keyboard
_LETTERS = str.maketrans("@4031$5!7|", "aaoeissitl")


@dataclass(frozen=True, slots=True)
class PasswordProfile:
    """What a password must be. `kinds`: how many of capitals, small letters, digits, signs; `lasts` None: any age.

    `barred`: how many of the last passwords, the present one included, may not come back.
    """

    name: str
    shortest: int
    kinds: int
    lasts: timedelta | None
    barred: int


PROFILES: Mapping[str, PasswordProfile] = MappingProxyType(
    {
        "asvs": PasswordProfile("asvs", shortest=12, kinds=0, lasts=None, barred=1),
        "mlps3": PasswordProfile("mlps3", shortest=8, kinds=3, lasts=timedelta(days=90), barred=5),
    }
)


def profile() -> PasswordProfile:
    """The profile in force."""
    return PROFILES[settings().password_profile]


def password_problems(password: str, *, username: str) -> tuple[Problem, ...]:
    """Everything that speaks against `password` for `username`, without repeating it; empty if it is accepted."""
    prepared, wanted = prepared_password(password), profile()
    found = []
    if len(prepared) < wanted.shortest:
        n = wanted.shortest
        found.append(_problem("password_short", f"密码至少 {n} 个字符。", f"At least {n} characters."))
    if len(prepared) > LONGEST:
        found.append(_problem("password_long", f"密码最多 {LONGEST} 个字符。", f"At most {LONGEST} characters."))
    if _kinds(prepared) < wanted.kinds:
        zh = f"密码须含大写字母、小写字母、数字、符号中的至少 {wanted.kinds} 种。"
        en = f"At least {wanted.kinds} of: capital letters, small letters, digits, signs."
        found.append(_problem("password_kinds", zh, en))
    if username and username.casefold() in prepared.casefold():
        en = "The password must not contain the username."
        found.append(_problem("password_contains_username", "密码不得包含用户名。", en))
    if is_common(prepared):
        en = "This password is among the first to be tried."
        found.append(_problem("password_common", "密码过于常见,易被猜中。", en))
    return tuple(found)


def password_used_before() -> Problem:
    """What speaks against a password that is one of the last."""
    barred = profile().barred
    if barred == 1:
        return _problem("password_same", "新密码不能与现用密码相同。", "The new password is the present one.")
    zh, en = f"不得使用最近 {barred} 次用过的密码。", f"The last {barred} passwords may not come back."
    return _problem("password_used_before", zh, en)


def prepared_password(password: str) -> str:
    """The same characters however a keyboard composed them (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


def is_common(password: str) -> bool:
    """True for what is in the list, a word of it among digits and signs, digits alone, and too few characters."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    core = folded.strip("".join({character for character in folded if not character.isalpha()}))
    letters = "".join(character for character in folded if character.isalpha())
    words = {letters, core.translate(_LETTERS), folded.rstrip("0123456789!").translate(_LETTERS)}
    return (
        folded in common_passwords()
        or folded.translate(_UNSHIFTED) in common_passwords()
        or any(len(word) >= _SHORTEST_WORD and word in common_passwords() for word in words)
        or folded.isdecimal()
        or len(set(folded)) < _FEWEST_DIFFERENT
    )


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The lines of the list, in lower case: words, and passwords of 8 characters or more."""
    lines = _COMMON.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))


def _kinds(password: str) -> int:
    """How many of the four kinds it has; a letter without case, as 汉字 are, is a sign."""
    return len({_kind(character) for character in password})


def _kind(character: str) -> str:
    if character.isdecimal():
        return "digit"
    if character.isupper():
        return "capital"
    return "small" if character.islower() else "sign"


def _problem(code: str, zh: str, en: str) -> Problem:
    return Problem(code=code, message=Message(zh, en), pointer="/password")
