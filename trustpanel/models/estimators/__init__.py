"""The registry of estimators and errors: one call, `estimate`, for every fit; each entry names its outside truth."""
