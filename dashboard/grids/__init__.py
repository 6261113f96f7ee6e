"""Tables: plain HTML tables, read by eye, by keyboard and by screen reader alike."""
