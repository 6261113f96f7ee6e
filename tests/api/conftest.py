"""Settings that change what the API allows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metrics.settings import settings


@pytest.fixture
def secure_cookies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The service stands behind HTTPS."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_SECURE_COOKIES", "1")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture
def public_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Anyone may read."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_PUBLIC_READ", "1")
        settings.cache_clear()
        yield
    settings.cache_clear()
