"""What a reader makes of a page beside its article: the blocks, why each was taken for what, where it is remembered.

Both readers return `Extracted`; the package's door makes of it an article, `explanation` what people are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsidx.extract.blocks import Block, Label
from newsidx.extract.memory import Template, fingerprints
from newsidx.model import Article, LabelledBlock, ParseExplanation

__all__ = ["Extracted", "explanation", "extracted"]

_FAR = "far from the article"


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article with the blocks that it was put together from and the label of each. `source` is the key under which
    templates of its captures are kept, empty if it has none; `template` the digest of the one it was read with."""

    article: Article
    blocks: Sequence[Block] = ()
    labels: Sequence[Label] = ()
    source: str = ""
    template: str = ""
    around: tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]] = ((), ())
    """What of the page stands before the blocks and after them, as (text, zone)."""

    @property
    def fingerprints(self) -> bytes:
        """What a memory learns of the page; nothing where its source is unknown."""
        url = self.article.canonical_url or self.article.url
        return fingerprints((block.text for block in self.blocks), url) if self.source else b""


def extracted(
    article: Article,
    blocks: Sequence[Block],
    labels: Sequence[Label],
    source: str,
    template: Template,
    around: tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]] = ((), ()),
) -> Extracted:
    """The reading of a page; the article's `extractor` tells the template, too."""
    if template.digest:
        article = replace(article, extractor=f"{article.extractor}+m{template.digest}")
    return Extracted(article, blocks, labels, source, template.digest, around)


def explanation(found: Extracted) -> ParseExplanation:
    """The same, for people."""
    pairs = zip(found.blocks, found.labels, strict=True)
    near = [LabelledBlock(block.text, block.tag, given.zone, given.why) for block, given in pairs]
    before, after = ([LabelledBlock(text, "", zone, _FAR) for text, zone in far] for far in found.around)
    return ParseExplanation(found.article, (*before, *near, *after), found.source, found.template)
