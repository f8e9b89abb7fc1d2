"""The edition's only way to a disk."""

from depesha.edition.adapters.folder import write_edition

__all__ = ["write_edition"]
