"""cipher."""
