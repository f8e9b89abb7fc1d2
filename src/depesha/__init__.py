"""Depesha: an end-to-end encrypted telegram service that keeps its own history."""
