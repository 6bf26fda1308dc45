"""XML from strangers, element by element; faults do not stop it. Nothing is loaded, and no entity is resolved."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.sources._text import mend_references

if TYPE_CHECKING:
    from collections.abc import Iterator

# "?a=1&b=2": the parser would make "?a=1=2" of it. In CDATA an ampersand stands for itself.
BARE_AMPERSAND = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#?\w{1,30};)", re.DOTALL)


class Elements:
    """The elements of one name as they end, whatever namespace they are in or lack; memory holds one at a time."""

    def __init__(self, markup: str, name: str) -> None:
        repaired = BARE_AMPERSAND.sub(lambda match: match[1] or "&amp;", mend_references(markup))
        self._parser = etree.iterparse(
            io.BytesIO(repaired.encode()),
            tag=f"{{*}}{name}",
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=True,
        )

    def __iter__(self) -> Iterator[etree._Element]:
        for _, element in self._parser:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    @property
    def problems(self) -> tuple[str, ...]:
        """The first fault that is grave, once the elements have been read."""
        faults = self._parser.error_log.filter_from_fatals()
        return (f"not well-formed: {faults[0].message}",) if faults else ()


def local_name(element: etree._Element) -> str:
    """Return the name without its namespace, also where the prefix of that was never declared."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""
