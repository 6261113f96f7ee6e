"""The window around every page: where a reader is, what is read there, who may look, and the frame."""
