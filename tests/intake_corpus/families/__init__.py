"""Families of files as county offices make them, generated with their labels; one kind of thing a module."""
