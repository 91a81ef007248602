"""Results become words, tables, figures and pages. No database, and no number that is not in a result."""
