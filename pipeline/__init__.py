"""Read news of violence into a structured event table."""

from __future__ import annotations

__version__ = "0.1.0"
