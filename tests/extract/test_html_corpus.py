"""The sample corpus comes out as people read it; `test_floors` scores all of it, and the real pages."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.extract.html_pages import read


def of_corpus(repo: Path, name: str) -> Any:
    path = repo / "corpus" / name
    if not path.exists():
        pytest.skip("needs the sample corpus, which is not here")
    data = path.read_bytes()
    return read(gzip.decompress(data) if path.suffix == ".gz" else data)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("breakwater-ledger/2024-02-07/saint-brannoc-ferry-inquiry-opens.html", "article"),
        ("breakwater-ledger/2023-08-15/index.html", "listing"),
        ("breakwater-ledger/2024-02-07/world.html", "listing"),
        ("thornwick-post/2023-12-02/kelmara-un-camp-auction-4418203.html", "refusal"),
        ("daily-lantern/2024-02-10/saint-brannoc-inquiry-live.html", "refusal"),
        ("fiscal-review/2024-02-14/kelmara-sovereign-debt-talks.html", "refusal"),
        ("fiscal-review/2023-10-03/un-kelmara-withdrawal-bill.html", "stub"),
        ("daily-lantern/2023-06-30/kelmara-un-vote-live.html", "live"),
        ("lens-weekly/2023-10-27/in-pictures-island-under-ash.html", "gallery"),
    ],
)
def test_kinds(repo: Path, name: str, kind: str) -> None:
    assert of_corpus(repo, name).kind == kind


def test_an_article_in_full(repo: Path) -> None:
    article = of_corpus(repo, "breakwater-ledger/2024-02-07/saint-brannoc-ferry-inquiry-opens.html")
    assert article.headline == "Crew of the Saint Brannoc were never drilled on new bow door, inquiry told"
    assert article.authors == ("Rafferty Boone",)
    assert str(article.published) == "2024-02-06T17:48:00Z"
    assert article.lang == "en-GB"
    assert (article.source.name, article.source.domain) == ("Breakwater Ledger", "breakwaterledger.example")
    assert article.deck.startswith("Public inquiry into the sinking")
    assert article.body[0].startswith("The crew of the ferry Saint Brannoc had never practised")
    assert not any("READ MORE" in text for text in article.body)
    assert any("READ MORE" in text for text in article.promo)
    assert len(article.captions) == 2


def test_printed_dates_of_old_pages(repo: Path) -> None:
    article = of_corpus(repo, "quayside-gazette/2001-05-10/un-force-to-quit-orlan.html")
    assert article.headline == "U.N. peacekeepers to quit Orlan islands after 22 years"
    assert str(article.published) == "2001-05-08"
    assert article.published.offset_minutes is None
