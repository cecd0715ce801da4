"""The files of this folder, read once: towns, roster, truth, talk, notes, codebook, design."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

from veche.demo.bank import Passage, read_bank


@lru_cache(maxsize=16)
def read(name: str) -> Any:
    """Read one YAML file of this folder by its name without ending. What is returned must not be changed."""
    import yaml

    text = (resources.files(__package__) / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(maxsize=1)
def bank() -> tuple[Passage, ...]:
    """Read the passages of the whole bank."""
    return tuple(read_bank())
