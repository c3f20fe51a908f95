"""Files made by the tools that people save pages with, of a page of the corpus over a server on this machine. A tool
that is not installed is skipped; nothing is fetched from elsewhere."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import newsidx
from newsidx.extract import Extracted
from newsidx.ingest.members import parse_path
from newsidx.model import Article
from tests.made.browser import chromium, running

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
PAGE = min((CORPUS / "breakwater-ledger").glob("*/*.html"))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the page."""
    handler = partial(_Quiet, directory=str(PAGE.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{PAGE.name}"
        server.shutdown()


@pytest.fixture(scope="module")
def plain() -> Article:
    return newsidx.parse(PAGE.read_bytes(), path=PAGE.name)


def only(path: Path) -> Article:
    (found,) = [found for _, found in parse_path(str(path))]
    assert isinstance(found, Extracted)
    return found.article


def same(article: Article, plain: Article) -> bool:
    return (article.kind, article.headline, article.body) == (plain.kind, plain.headline, plain.body)


needs_chromium = pytest.mark.skipif(chromium() is None, reason="needs Chromium")


@needs_chromium
def test_mhtml_and_html_of_a_browser(tmp_path: Path, site: str, plain: Article) -> None:
    with running(tmp_path / "profile") as browser:
        tab = browser.tab()
        tab.call("Page.enable")
        tab.go(site)
        tab.until(f"location.href === {site!r} && document.readyState === 'complete'")
        (tmp_path / "page.mhtml").write_bytes(tab.call("Page.captureSnapshot", format="mhtml")["data"].encode())
        (tmp_path / "page.html").write_text(tab.run("document.documentElement.outerHTML"), encoding="utf-8")
        (tmp_path / "page.txt").write_text(tab.run("document.body.innerText"), encoding="utf-8")
    saved = only(tmp_path / "page.mhtml")
    assert same(saved, plain)
    assert saved.captured is not None and saved.evidence["captured"] == "header"
    assert same(only(tmp_path / "page.html"), plain)
    dump = only(tmp_path / "page.txt")
    assert (dump.headline, dump.kind) == (plain.headline, plain.kind)
    assert set(plain.body) <= {text for _, texts in dump.zones() for text in texts}


@pytest.mark.skipif(shutil.which("wget") is None, reason="needs wget")
def test_a_mirror_of_wget(tmp_path: Path, site: str, plain: Article) -> None:
    command = ["wget", "-q", "--no-proxy", "-e", "robots=off", "-p", "-k", "-E", "-P", str(tmp_path), site]
    subprocess.run(command, timeout=60, check=False)
    (saved,) = tmp_path.glob(f"127.0.0.1*/{PAGE.name}")
    assert same(only(saved), plain)


@pytest.mark.skipif(shutil.which("wget") is None, reason="needs wget")
@pytest.mark.parametrize("packed", [True, False])
def test_a_warc_of_wget(tmp_path: Path, site: str, plain: Article, packed: bool) -> None:
    more = [] if packed else ["--no-warc-compression"]
    command = ["wget", "-q", "--no-proxy", *more, f"--warc-file={tmp_path / 'site'}", "-O", str(tmp_path / "x"), site]
    subprocess.run(command, timeout=60, check=False)
    article = only(next(tmp_path.glob("site.warc*")))
    assert same(article, plain)
    assert article.evidence["captured"] == "header"


@needs_chromium
@pytest.mark.skipif(shutil.which("single-file") is None, reason="needs single-file-cli")
def test_a_page_of_singlefile(tmp_path: Path, site: str, plain: Article) -> None:
    command = [
        "single-file", site, str(tmp_path / "page.html"), f"--browser-executable-path={chromium()}",
        '--browser-args=["--no-sandbox"]',
    ]  # fmt: skip
    subprocess.run(command, timeout=120, check=True)
    article = only(tmp_path / "page.html")
    assert same(article, plain)
    assert article.evidence["captured"] == "saved-page"


@pytest.mark.skipif(shutil.which("monolith") is None, reason="needs monolith")
def test_a_page_of_monolith(tmp_path: Path, site: str, plain: Article) -> None:
    subprocess.run(["monolith", "-s", site, "-o", str(tmp_path / "page.html")], timeout=60, check=True)
    article = only(tmp_path / "page.html")
    assert same(article, plain)
    assert article.evidence["captured"] == "saved-page"
