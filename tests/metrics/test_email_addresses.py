"""Which addresses e-mail is written to, by kinds."""

import pytest

from metrics.email_addresses import is_email_address


@pytest.mark.parametrize(
    "text",
    [
        "chen@example.org",
        "li.ming+biaochi@mail.zhaoqing.gov.cn",
        "O'Neil_2@xn--fiqs8s.cn",
        "root@mail",
        "1@2.cn",
        "a" * 64 + "@" + ".".join(["b" * 63] * 2 + ["c" * 61]),
    ],
)
def test_what_mail_can_be_written_to_is_an_address(text: str) -> None:
    assert is_email_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "chen",
        "chen@",
        "@b.cd",
        "a@b@c.cd",
        "a b@c.cd",
        "a@b.cd,c@d.ef",
        "A <a@b.cd>",
        '"a b"@c.cd',
        "a@b.cd\r\nBcc: c@d.ef",
        "a@b.cd\n",
        "\u202ea@b.cd",
        "a@b.c\u2028d",
        "a@b.cd\x7f",
        "a\x00@b.cd",
        "a@b.cd\x0bx",
        "a@b.cd%0aBcc:x",
        "a%c.de@b.cd",
        "=?utf-8?q?x?=@b.cd",
        "陈@example.org",
        "a@例子.cn",
        "a@\uff42.cd",
        ".a@b.cd",
        "a.@b.cd",
        "a..b@c.cd",
        "a@-b.cd",
        "a@b-.cd",
        "a@b..cd",
        "a@b_c.de",
        "a@[127.0.0.1]",
        "a" * 65 + "@b.cd",
        "a@" + ".".join(["b" * 63] * 4),
        "a@" + "b" * 64 + ".cd",
    ],
)
def test_what_would_be_read_another_way_is_none(text: str) -> None:
    assert not is_email_address(text)
