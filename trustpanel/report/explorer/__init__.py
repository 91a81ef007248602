"""The explorer is a folder of plain files: a page, a bundle, and data in pieces that a page on a disk can read."""
