"""The `depesha` command."""

from depesha.cli.main import main

__all__ = ["main"]
