"""Facts and selects to a checked store."""
