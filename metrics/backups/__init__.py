"""Backups: archives of the database and of the keys, where they lie, and the way back."""
