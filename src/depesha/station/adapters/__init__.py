"""The station's own stores, its clock, and the history of the schema."""
