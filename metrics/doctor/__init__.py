"""`biaochi doctor`: whether an installation is set up as safely as it can be, line by line, with what to do."""
