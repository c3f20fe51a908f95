"""Write into docs/query.md how many articles of corpus/ each example finds.

    python scripts/query_docs.py

The tests hold the page against the sample, and the examples against an engine that reads every article.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import newsidx

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "query.md"
_ROW = re.compile(r"^(\| `(.+?)` \| .* \|) \d* ?\|$", re.MULTILINE)


def counted(text: str, index: newsidx.Index) -> str:
    """The page with the numbers as they are."""
    return _ROW.sub(lambda row: f"{row[1]} {index.search(row[2], limit=0).total} |", text)


def main() -> None:
    """Count on an index made for this."""
    with tempfile.TemporaryDirectory() as folder, newsidx.open(Path(folder) / "index", create=True) as index:
        index.add(ROOT / "corpus")
        PAGE.write_text(counted(PAGE.read_text("utf-8"), index), "utf-8")
    print("counted docs/query.md")


if __name__ == "__main__":
    main()
