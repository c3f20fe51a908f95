"""Takes the pictures of the page in docs/images: corpus/ in an index, served, seen by headless Chromium.

    python scripts/draw_page.py

Which fonts it is set in depends on the machine; so the pictures are made by hand, after a change of the page.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import newsidx  # noqa: E402
from tests.made.browser import Tab, chromium, running  # noqa: E402
from tests.server.test_serve import serving  # noqa: E402

IMAGES = ROOT / "docs" / "images"


def first_article(tab: Tab, url: str, query: str) -> str:
    """The address of the best hit."""
    tab.go(f"{url}?q={query}")
    return str(tab.run("document.querySelector('.hit .headline a').href"))


def main() -> None:
    """A search by day, an article by night, an Arabic article on a phone."""
    if chromium() is None:
        raise SystemExit("this needs Chromium")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        with newsidx.open(work / "index", create=True) as idx:
            idx.add(ROOT / "corpus")
        with serving("--index", str(work / "index")) as (_, url), running(work / "profile") as browser:
            tab = browser.tab()
            article = first_article(tab, url, "peacekeepers")
            arabic = first_article(tab, url, "lang:ar")
            for name, place, size, is_dark in (
                ("page-search", f"{url}?q=peacekeepers&since=2023", (1200, 900), False),
                ("page-article", article, (1200, 820), True),
                ("page-phone", arabic, (360, 740), False),
            ):
                tab.size(*size)
                tab.is_dark(is_dark)
                tab.go(place)
                tab.picture(IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
