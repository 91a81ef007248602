"""The explorer is a folder of plain files: a page, a bundle, and the data in pieces that a page opened from disk can read."""
