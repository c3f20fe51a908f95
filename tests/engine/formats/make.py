"""Makes the small index that tests keep of a format: ``python tests/engine/formats/make.py``, once for each format.

It is made when a format is first released and never again: what opens it must go on opening what others have on disk.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import newsidx
from newsidx.codec import FORMAT
from newsidx.engine.local import _merge

HERE = Path(__file__).parent


def article(key: str, headline: str, *body: str, lang: str, **more: object) -> newsidx.Article:
    return newsidx.article(key=key, headline=headline, body=list(body), lang=lang, **more)  # type: ignore[arg-type]


def main() -> None:
    folder = HERE / str(FORMAT)
    shutil.rmtree(folder, ignore_errors=True)
    with newsidx.open(folder, create=True) as idx:
        idx.add(
            article(
                "a",
                "Ferries return to the harbour",
                "The ferries returned at night.",
                "All of them were late.",
                lang="en",
                published="2023-07-01T09:30+02:00",
                source="The Northern Post",
                tags=["Harbours"],
            ),
            article("b", "Die Schiffe sind da", "Die Schiffe kamen in der Nacht.", lang="de", published="2023-07-02"),
        )
        idx.add(article("c", "A ferry sinks", "One ferry sank.", lang="en", authors=["A. Borrower"]))
        idx.add(article("f", "Tides", *["The tide rose, and fell."] * 200, "Tide after TIDE.", lang="en"))  # long lists
        _merge._TAKEN_OVER = 1  # so that even here stored articles are taken over as they lie
        idx.merge()
        idx.add(article("d", "Gone", "This was removed.", lang="en"))
        idx.remove(query="headline:gone")
        idx.add(article("a", "Ferries return at last", "The ferries returned, late.", lang="en"))
    (folder / "newsidx.lock").unlink()


if __name__ == "__main__":
    main()
