"""How much one client may have: where it is, how often it may ask, and how it waits for a place."""
