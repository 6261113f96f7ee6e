"""Every page without the window: the server itself answers it, whoever is signed in or not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageOutside:
    """A page without the window, answered by the server itself. `walker`: as whom the walk looks at it."""

    path: str
    line: str
    who: str
    walker: str = "nobody"


OUTSIDE = (
    PageOutside("/sign-in", line="登录 Sign in: name and password", who="anyone"),
    PageOutside(
        "/sign-in/step",
        line="第二步 The second step: a code, setting up the second factor, a new password where one is due",
        who="whoever gave a right password",
    ),
    PageOutside(
        "/set-password", line="设置密码 Set a password: by a link from the administrator", who="whoever holds a link"
    ),
    PageOutside(
        "/account",
        line="我的账号 My account: password, second factor, where one is signed in, tokens",
        who="everyone who is signed in",
        walker="clerk",
    ),
    PageOutside(
        "/admin/add",
        line="添加账号 Add an account: who it is and what it may; its first password, shown once",
        who="admin",
        walker="admin",
    ),
    PageOutside(
        "/confirm", line="凭链接签发 Sign by a link: what a leader signs without an account", who="whoever holds a link"
    ),
)
