"""Linear algebra inside dyads.

Demeaning, projection, sums by dyad. Rows are sorted by dyad; weights enter as their square roots.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular


def starts(codes: np.ndarray) -> np.ndarray:
    """First row of each run of equal codes; the codes are sorted 0, 1, 2 ..."""
    return np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])


def sums(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Sums by code, one row a code."""
    return np.add.reduceat(values, starts(codes), axis=0)


def sums_by(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """As `sums`, for rows in any order."""
    order = np.argsort(codes, kind="stable")
    return sums(values[order], codes[order])


def demean(values: np.ndarray, dyad: np.ndarray, scale: np.ndarray, *, absorb: bool) -> np.ndarray:
    """Values times `scale`, less their projection on the dyad effects (if absorbed)."""
    scaled = values * scale[:, None]
    if not absorb or not values.shape[1]:
        return scaled
    mean = sums(scaled * scale[:, None], dyad) / sums(scale**2, dyad)[:, None]
    return scaled - mean[dyad] * scale[:, None]


def orthonormal(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis of independent columns."""
    if not columns.shape[1]:
        return columns
    norm = np.linalg.norm(columns, axis=0)
    return np.linalg.qr(columns / np.where(norm > 0, norm, 1.0))[0]


def independent(columns: np.ndarray, tiny: float) -> tuple[list[int], np.ndarray]:
    """(kept, basis): the columns of unit length that add something to those on their left, and an orthonormal basis of
    them.

    Cholesky of the cross products, twice (much faster than QR on tall matrices); QR if rounding has hurt.
    """
    gram = columns.T @ columns
    kept: list[int] = []
    factor = np.zeros((0, 0))
    for j in range(columns.shape[1]):
        row = solve_triangular(factor, gram[kept, j], lower=True) if kept else np.empty(0)
        left = gram[j, j] - row @ row
        if left > tiny**2:
            factor = np.block([[factor, np.zeros((len(kept), 1))], [row[None, :], np.full((1, 1), np.sqrt(left))]])
            kept.append(j)
    if not kept:
        return kept, columns[:, :0]
    whole = columns if len(kept) == columns.shape[1] else columns[:, kept]
    basis = whole @ np.linalg.inv(factor).T
    again = np.linalg.cholesky(basis.T @ basis)
    basis = basis @ np.linalg.inv(again).T
    if np.abs(basis.T @ basis - np.eye(len(kept))).max() > 1e-10:
        basis = np.linalg.qr(whole)[0]
    return kept, basis


def residual(columns: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """The columns less their projection on the basis, projected twice against rounding."""
    if not basis.shape[1]:
        return columns
    once = columns - basis @ (basis.T @ columns)
    return once - basis @ (basis.T @ once)
