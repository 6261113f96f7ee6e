import pytest

from metrics.settings import settings
from tests.metrics.cli.conftest import Run
from tests.people import PASSWORD
from tests.ports import free_port


def test_nothing_that_is_bad_ends_in_0_and_every_line_is_in_both_languages(run: Run) -> None:
    run("user", "add", "wang", "--role", "admin", "--password-stdin", typed=PASSWORD)
    code, output, errors = run("doctor")
    assert (code, errors) == (0, ""), output
    assert "BAD 0" in output.splitlines()[-1]
    for name in ("tls", "proxies", "cookies", "durability", "schema", "clock", "role", "grants", "administrators"):
        assert any(line.split()[2:3] == [name] for line in output.splitlines()), name


def test_what_is_bad_ends_in_1_with_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_PUBLIC_URL", "http://biaochi.example")
    settings.cache_clear()
    code, output, _ = run("doctor")
    assert code == 1
    at = next(n for n, line in enumerate(output.splitlines()) if line.startswith("不妥 BAD") and " tls " in line)
    assert "BIAOCHI_PUBLIC_URL=https://" in output.splitlines()[at + 1]


def test_a_database_that_does_not_answer_is_one_bad_line_among_the_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", f"postgresql://somebody:secret@127.0.0.1:{free_port()}/biaochi")
    settings.cache_clear()
    code, output, _ = run("doctor", "--url", "http://biaochi.example")
    assert code == 1
    assert "无法连接数据库" in output
    assert " cookies " in output
    assert " front " in output
    assert "secret" not in output
