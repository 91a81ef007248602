"""The foundation: what every source, variable and table means."""
