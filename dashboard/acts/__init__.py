"""What pages can have done: one act a function, its own transaction each, its outcome in the language spoken."""
