"""What the settings alone say: where the service listens, who is believed, and what contradicts itself."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.errors import Message
from metrics.settings import Settings

_WIDEST = {4: 24, 6: 64}  # prefix bits; a network wider than that holds others than proxies
_LONGEST_SESSION = 24  # hours: NIST SP 800-63B, AAL2
_LONGEST_IDLE = 60  # minutes: the same


def settings_lines(configured: Settings) -> tuple[DoctorLine, ...]:
    """One line for each thing that settings decide."""
    looks = (
        _tls,
        _proxies,
        _hosts,
        _cookies,
        _demonstration,
        _assessment,
        _sessions,
        _idle,
        _passwords,
        _audit,
        _channels,
        _log,
    )
    return tuple(look(configured) for look in looks)


def is_loopback(host: str) -> bool:
    """True if only this machine reaches what is bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_over_https(configured: Settings) -> bool:
    """True if people are said to reach the service by `https://`."""
    return urlsplit(configured.public_url).scheme == "https"


def is_for_others(configured: Settings) -> bool:
    """True if anybody but this machine is meant to reach the service."""
    public = urlsplit(configured.public_url).hostname or ""
    return not is_loopback(configured.host) or bool(public and not is_loopback(public))


def _tls(configured: Settings) -> DoctorLine:
    if is_over_https(configured):
        return fine("tls", "对外地址为 HTTPS。", "People reach the service over HTTPS.")
    if is_for_others(configured):
        return wrong(
            "tls",
            Message(
                f"服务监听 {configured.host},对外地址不是 https://:密码会以明文传输。",
                f"The service listens on {configured.host} and its public address is not https://: passwords go "
                "in the clear.",
            ),
            Message(
                "在前面放一个带证书的反向代理,并设置 BIAOCHI_PUBLIC_URL=https://…",
                "Put a reverse proxy with a certificate in front and set BIAOCHI_PUBLIC_URL=https://…",
            ),
        )
    return doubtful(
        "tls",
        Message("仅本机可访问,未设置对外地址。", "Only this machine reaches the service; no public address is set."),
        Message(
            "供他人使用前,设置 BIAOCHI_PUBLIC_URL=https://…",
            "Before others use it, set BIAOCHI_PUBLIC_URL=https://…",
        ),
    )


def _proxies(configured: Settings) -> DoctorLine:
    wide = [str(net) for net in configured.trusted_proxies if net.prefixlen < _WIDEST[net.version]]
    if wide:
        return wrong(
            "proxies",
            Message(
                f"BIAOCHI_TRUSTED_PROXIES 含 {', '.join(wide)}:网段过大,其中的每台电脑都能谎称来源地址。",
                f"BIAOCHI_TRUSTED_PROXIES holds {', '.join(wide)}: every computer in it may claim any address.",
            ),
            Message("只写代理自己的地址。", "Name the proxies' own addresses only."),
        )
    if configured.trusted_proxies:
        named = ", ".join(map(str, configured.trusted_proxies))
        return fine(
            "proxies", f"只采信 {named} 转达的来源地址。", f"Forwarded addresses are believed from {named} only."
        )
    if is_over_https(configured):
        return wrong(
            "proxies",
            Message(
                "HTTPS 由代理提供,但没有可信代理:所有人看起来都来自代理的地址,一个人输错密码会锁住其他人。",
                "HTTPS comes from a proxy, yet no proxy is trusted: everybody seems to come from its address, and one "
                "person's wrong passwords slow down everybody.",
            ),
            Message(
                "设置 BIAOCHI_TRUSTED_PROXIES 为代理的地址。", "Set BIAOCHI_TRUSTED_PROXIES to the proxy's address."
            ),
        )
    return fine("proxies", "没有代理,不采信任何转达的地址。", "No proxy: no forwarded address is believed.")


def _hosts(configured: Settings) -> DoctorLine:
    advice = Message(
        "设置 BIAOCHI_ALLOWED_HOSTS 为访问服务所用的域名。", "Set BIAOCHI_ALLOWED_HOSTS to the names it is reached by."
    )
    if "*" in configured.allowed_hosts:
        return wrong("hosts", Message("接受任何主机名。", "Any host name is accepted."), advice)
    if configured.allowed_hosts:
        named = ", ".join(configured.allowed_hosts)
        return fine("hosts", f"只接受主机名 {named}。", f"Accepted host names: {named}.")
    if is_for_others(configured):
        found = Message("没有列出可用的主机名。", "The host names it may be called by are not listed.")
        return doubtful("hosts", found, advice)
    return fine("hosts", "仅本机可访问,主机名不限。", "Only this machine reaches it; any host name will do.")


def _cookies(configured: Settings) -> DoctorLine:
    if configured.secure_cookies:
        return fine("cookies", "Cookie 只经 HTTPS 发送。", "Cookies are sent over HTTPS only.")
    found = Message("Cookie 也会经明文 HTTP 发送。", "Cookies are sent over plain HTTP as well.")
    advice = Message("设置 BIAOCHI_SECURE_COOKIES=1。", "Set BIAOCHI_SECURE_COOKIES=1.")
    return wrong("cookies", found, advice) if is_for_others(configured) else doubtful("cookies", found, advice)


def _demonstration(configured: Settings) -> DoctorLine:
    if not configured.demo:
        return fine("demonstration", "不生成演示数据。", "No demonstration data is made.")
    found = Message(
        "BIAOCHI_DEMO=1:首次启动会生成演示账号与数据。", "BIAOCHI_DEMO=1: a first start makes demonstration accounts."
    )
    advice = Message("设置 BIAOCHI_DEMO=0。", "Set BIAOCHI_DEMO=0.")
    look = wrong if is_for_others(configured) else doubtful
    return look("demonstration", found, advice)


def _assessment(configured: Settings) -> DoctorLine:
    if configured.blind_assessment and configured.public_read:
        return wrong(
            "assessment",
            Message(
                "无感评估与公开阅读同时开启:评估人员不登录即可看到已发布的填报值。",
                "Blind assessment and public reading are both on: an assessor sees what is released.",
            ),
            Message(
                "关闭其一:BIAOCHI_PUBLIC_READ=0 或 BIAOCHI_BLIND_ASSESSMENT=0。",
                "Turn one of them off: BIAOCHI_PUBLIC_READ=0 or BIAOCHI_BLIND_ASSESSMENT=0.",
            ),
        )
    return fine("assessment", "评估与公开的设置不矛盾。", "Assessment and public reading do not contradict each other.")


def _sessions(configured: Settings) -> DoctorLine:
    hours = configured.session_hours
    if hours > _LONGEST_SESSION:
        return doubtful(
            "sessions",
            Message(f"登录可持续 {hours} 小时。", f"A sign-in lasts {hours} hours."),
            Message("设置 BIAOCHI_SESSION_HOURS 不超过 24。", "Set BIAOCHI_SESSION_HOURS to 24 or less."),
        )
    return fine("sessions", f"登录至多 {hours} 小时。", f"A sign-in lasts {hours} hours at most.")


def _idle(configured: Settings) -> DoctorLine:
    minutes = configured.idle_minutes
    if minutes > _LONGEST_IDLE:
        return doubtful(
            "idle",
            Message(f"闲置 {minutes} 分钟才退出。", f"A sign-in ends after {minutes} idle minutes."),
            Message("设置 BIAOCHI_IDLE_MINUTES 不超过 60。", "Set BIAOCHI_IDLE_MINUTES to 60 or less."),
        )
    return fine("idle", f"闲置 {minutes} 分钟即退出。", f"A sign-in ends after {minutes} idle minutes.")


def _passwords(configured: Settings) -> DoctorLine:
    profile = configured.password_profile
    return fine("passwords", f"密码规则 {profile}。", f"Passwords follow the profile {profile}.")


def _audit(configured: Settings) -> DoctorLine:
    days = configured.audit_days
    return fine("audit-days", f"审计保留 {days} 天。", f"The audit is kept for {days} days.")


def _channels(configured: Settings) -> DoctorLine:
    webhook = configured.webhook_url.get_secret_value()
    plain = [
        *(["SMTP"] if configured.smtp_host and configured.smtp_security == "none" else []),
        *(["webhook"] if webhook and urlsplit(webhook).scheme != "https" else []),
    ]
    if plain:
        return wrong(
            "channels",
            Message(f"{'、'.join(plain)} 不加密:链接与密钥以明文传输。", f"{' and '.join(plain)} without encryption."),
            Message(
                "设置 BIAOCHI_SMTP_SECURITY=starttls 或 tls;机器人地址用 https://。",
                "Set BIAOCHI_SMTP_SECURITY=starttls or tls; give the robot's address as https://.",
            ),
        )
    return fine("channels", "通知渠道都加密,或未启用。", "Channels of reminders are encrypted, or off.")


def _log(configured: Settings) -> DoctorLine:
    if configured.log_format == "json" or not is_for_others(configured):
        return fine("log", f"日志格式 {configured.log_format}。", f"The log is written as {configured.log_format}.")
    return doubtful(
        "log",
        Message("日志不是机器可读的格式。", "The log is not written for machines."),
        Message("设置 BIAOCHI_LOG_FORMAT=json,并另行保存。", "Set BIAOCHI_LOG_FORMAT=json and keep it elsewhere."),
    )
