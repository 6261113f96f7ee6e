"""Reminders of returns that are due: their words, and the ways they go out."""
