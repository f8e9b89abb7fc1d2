"""What the commands on plain age files need: their keys, their streams, and how they end."""
