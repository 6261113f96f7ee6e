"""Reminders of submissions that are due: their words, and the ways they go out."""
