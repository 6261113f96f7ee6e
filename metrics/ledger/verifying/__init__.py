"""What the handed-out `verify.py` is put together from: the standard library of Python ≥ 3.9, and each other, alone."""
