"""What can go wrong with the set-up. Bad input is no error: it becomes a `records.Rejected`."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of all errors that this package raises; its text is one line that says what to do."""


class ConfigError(PipelineError):
    """An option, path or model cannot be used."""


class LexiconError(PipelineError):
    """A word list is missing or one of its lines is not as promised."""
