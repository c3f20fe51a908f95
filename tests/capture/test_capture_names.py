"""What names say: every reason has its names, and no name that a page may have is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.capture import folder_verdict, is_companion_dir, name_verdict, skip_detail

REASONS = {
    "hidden",
    "sidecar",
    "temporary",
    "container",
    "feed",
    "code",
    "data",
    "image",
    "audio",
    "video",
    "font",
    "document",
    "archive",
    "binary",
}


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "PAGE.HTM",
        "page.html.gz",
        "page.txt.gz",
        "page.htm.gz",
        "page.gz",
        "page",
        "index.php",
        "index.asp",
        "article.shtml",
        "article.xhtml",
        "view.php?id=1",
        "view.php?file=photo.jpg",
        "?p=1",
        "?p=1.html",
        "story.cfm@id=3",
        "notes.md",
        "Made in the U.S.A",
        "Interview with Mr. C",
        "UN pulls peacekeepers out of Mali",
        "2023.07.01",
        "a\nb.html",
        "\udcff\udcfe.html",
        "script.js?v=3.html",
        "rt.com",
    ],
)
def test_names_worth_reading(name: str) -> None:
    assert name_verdict(name) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".page.html", "hidden"),
        (".DS_Store", "hidden"),
        ("page.html.meta.json", "sidecar"),
        ("PAGE.META.JSON", "sidecar"),
        ("page.html~", "temporary"),
        ("#page.html#", "temporary"),
        ("~$letter.docx", "temporary"),
        ("page.html.part", "temporary"),
        ("page.html.crdownload", "temporary"),
        (".page.swp", "hidden"),
        ("page.swp", "temporary"),
        ("feeds.opml", "feed"),
        ("script.js", "code"),
        ("script.js?v=3", "code"),
        ("style.css", "code"),
        ("style.css.map", "code"),
        ("tool.py", "code"),
        ("tool.sh", "code"),
        ("list.json", "data"),
        ("list.json.gz", "data"),
        ("pages.maff", "container"),
        ("chat.msg", "container"),
        ("list.csv", "data"),
        ("sitemap.xml", "data"),
        ("robots.txt", "data"),
        ("cache.sqlite", "data"),
        ("photo.JPG", "image"),
        ("logo.svg", "image"),
        ("talk.mp3", "audio"),
        ("talk.mp4", "video"),
        ("icons.woff2", "font"),
        ("report.pdf", "document"),
        ("report.doc", "document"),
        ("pages.zip", "archive"),
        ("pages.tar.gz", "archive"),
        ("pages.tgz", "archive"),
        ("pages.7z", "archive"),
        ("tool.exe", "binary"),
    ],
)
def test_names_not_read(name: str, reason: str) -> None:
    assert name_verdict(name) == reason
    assert reason in REASONS
    assert skip_detail(reason) != reason


@given(st.text(min_size=1))
def test_any_name_has_a_verdict(name: str) -> None:
    assert name_verdict(name) in {None, *REASONS}
    assert name_verdict(f"{name}.html") in {None, "hidden", "temporary"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".git", "version-control"),
        ("CVS", "version-control"),
        ("cvs", None),
        (".cache", "hidden"),
        ("__pycache__", "code"),
        ("node_modules", "code"),
        ("$RECYCLE.BIN", "system"),
        ("2023", None),
        ("www.example.com", None),
    ],
)
def test_folders(name: str, reason: str | None) -> None:
    assert folder_verdict(name) == reason
    if reason is not None:
        assert skip_detail(reason) != reason


@pytest.mark.parametrize(
    ("folder", "page", "expected"),
    [
        ("A page_files", "A page.html", True),
        ("A page_files", "A page.htm", True),
        ("A page_files", "A page.HTML", True),
        ("A page-Dateien", "A page.html", True),
        ("A page_archivos", "A page.html", True),
        ("A page.files", "A page.htm", True),
        ("A page_文件", "A page.html", True),
        ("A page_FILES", "A page.html", True),
        ("A page_files", "Another page.html", False),
        ("A page_files", "A page.txt", False),
        ("A page", "A page.html", False),
        ("_files", "page.html", False),
    ],
)
def test_companion_folders(folder: str, page: str, expected: bool) -> None:
    assert is_companion_dir(folder, {folder, page}) is expected
