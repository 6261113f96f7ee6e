"""The rules a sound plan keeps, one part of it a module. Each takes a plan and yields what breaks them."""
