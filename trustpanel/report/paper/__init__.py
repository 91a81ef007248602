"""The paper: one text with slots for numbers, set as a PDF and as a page."""
