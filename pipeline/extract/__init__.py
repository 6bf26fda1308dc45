"""Doc -> mentions, one module a kind of fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._syntax import sentences
from pipeline.extract.allegations import find_allegations
from pipeline.extract.casualties import find_acts, find_casualties, find_victims
from pipeline.extract.dates import find_dates
from pipeline.extract.places import find_places
from pipeline.extract.places._source import countries_of_source
from pipeline.extract.quotes import find_quotes
from pipeline.records import Mentions, Span, VaguePolicy

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from pipeline.records import Article


def find_all(doc: Doc, article: Article, *, policy: VaguePolicy = VaguePolicy.ACLED) -> Mentions:
    """Find everything that an annotated article tells.

    Args:
        doc: what `annotate` made of the article.
        article: for its publication date, and for the country that its source is of.
        policy: how vague number words are counted.
    """
    quotes = tuple(find_quotes(doc))
    return Mentions(
        sentences=tuple(Span(sent.start_char, sent.end_char) for sent in sentences(doc)),
        casualties=tuple(find_casualties(doc, policy=policy)),
        victims=tuple(find_victims(doc)),
        acts=tuple(find_acts(doc)),
        places=tuple(find_places(doc, source_countries=countries_of_source(article))),
        dates=tuple(find_dates(doc, published=article.published)),
        quotes=quotes,
        allegations=tuple(find_allegations(doc, quotes)),
    )
