"""The desks of a station: one module and one class for each kind of work."""
