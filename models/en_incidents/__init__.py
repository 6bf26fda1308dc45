"""The English pipeline of this project: tags, dependencies, lemmas and named entities of news of violence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spacy.util import load_model_from_path

if TYPE_CHECKING:
    from spacy.language import Language


def load() -> Language:
    """Load the pipeline from the folder that this file is in."""
    return load_model_from_path(Path(__file__).parent)
