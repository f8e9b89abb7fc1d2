"""Where the relay meets its disk."""
