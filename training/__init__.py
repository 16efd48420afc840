"""How the models that ship with newsearch are made. Nothing in the package imports this.

Run ``python -m training --help``; training/RUNS.md holds what was run and what it gave.
"""
