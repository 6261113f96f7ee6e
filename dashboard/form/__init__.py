"""The monthly form: its cells, its files, and the callbacks behind them."""
