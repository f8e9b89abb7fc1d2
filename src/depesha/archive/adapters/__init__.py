"""The archive's input and output: the encrypted store, its index and the vault."""
