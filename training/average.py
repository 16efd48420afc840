"""Means of the weights of several runs from the same beginning: better than each of them, for no training at all.

Wortsman et al., Model soups, ICML 2022; with the beginning itself among them, WiSE-FT (Wortsman et al., CVPR 2022).
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import load_file, save_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS = "model.safetensors"


def average(shares: Mapping[Path, float], to: Path) -> None:
    """Write the mean of the models in the folders *shares*, each with its share, to the folder *to*, in float32.

    Args:
        shares: Model folders of the same shape; the shares are made to add up to 1. What is no weight comes from the first.
        to: A folder, which is replaced.

    Raises:
        ValueError: The models do not hold the same matrices.
    """
    whole = sum(shares.values())
    total: dict[str, NDArray[Any]] = {}
    for folder, share in shares.items():
        weights = load_file(folder / WEIGHTS)
        if total and {n: w.shape for n, w in weights.items()} != {n: w.shape for n, w in total.items()}:
            raise ValueError(
                f"{folder} holds other matrices than {next(iter(shares))}; only runs of one model have a mean"
            )
        for name, weight in weights.items():
            total[name] = total.get(name, 0) + weight.astype(np.float32) * np.float32(share / whole)
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(next(iter(shares)), to)
    save_file(total, to / WEIGHTS, metadata={"format": "pt"})
