"""Simulated worlds: the answer is known, and what the estimators and the decision rule make of it is counted."""
