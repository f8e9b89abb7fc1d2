"""Where the channel meets the network, the disk and the database."""
