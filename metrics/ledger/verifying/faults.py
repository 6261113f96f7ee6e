"""What is wrong with a file, and what kept it from being checked, in both languages."""

from __future__ import annotations


class Wrong(Exception):
    """Something is not what it should be; says so in both languages."""

    def __init__(self, zh: str, en: str, *, lines: str = "") -> None:
        super().__init__(f"{zh}\n{en}{lines}")


class Unchecked(Wrong):
    """Nothing is said of the file: something that is needed to check it is missing, mistaken or cannot be read."""
