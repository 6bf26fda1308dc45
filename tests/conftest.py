"""Fixtures that all tests share."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.records import Article

settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in what a shell runs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)  # else all that tests start would not hear it either


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files; read the diff")
    parser.addoption("--allow-regression", action="store_true", help="let --update-golden lower a floor")


class MakeArticle(Protocol):
    """Cleans a plain text as a run would; other fields are those of `Page`."""

    def __call__(self, text: str, *, published: str = "", title: str = "") -> Article: ...


@pytest.fixture(scope="session")
def nlp() -> Language:
    from pipeline.annotate import load_nlp  # noqa: PLC0415 -- tests without a model stay quick

    return load_nlp()


@pytest.fixture(scope="session")
def make_article() -> MakeArticle:
    from pipeline.clean import clean  # noqa: PLC0415 -- tests that clean nothing stay quick
    from pipeline.records import Page  # noqa: PLC0415

    def make(text: str, *, published: str = "", title: str = "") -> Article:
        article, _ = clean(Page("test", text, is_html=False, title=title, published=published))
        return article

    return make
