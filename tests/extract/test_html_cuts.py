"""What is cut out of a page before the parse, and what is left to the tree."""

from __future__ import annotations

import pytest

from newsidx.extract.cuts import cut
from tests.extract.html_pages import SENTENCES, page, read

TEXT = b"<p>Rain at last</p>"


@pytest.mark.parametrize(
    "part",
    [
        b"<script>if (a<b) { document.write('<p>x') }</script>",
        b"<SCRIPT SRC=x></SCRIPT >",
        b"<script data-x='a>b'>x</script>",
        b"<script><!-- x --></script>",
        b"<script>'</scripted>'</script>",
        b"<style media=print>p > a { color: red }</style>",
        b"<svg viewBox='0 0 1 1'><title>Share</title><path d='M0'/></svg>",
        b"<svg><defs><svg id=a><path/></svg></defs><svg id=b /></svg>",
        b"<svg class=empty /><svg><path/></svg>",
        b"<iframe src=x><p>No frames</p></iframe>",
        b"<!-- <p>Old text</p> <script> -->",
        b"<!-->",
        b"<!--->",
    ],
)
def test_scripts_styles_drawings_frames_and_comments_are_cut(part: bytes) -> None:
    assert cut(TEXT + part + TEXT + part) == (TEXT + TEXT, [])


@pytest.mark.parametrize(
    "part",
    [
        b"<title>How to use <script> and <!-- </title>",
        b"<textarea><style></textarea>",
        b"<span>1 < 2</span><scripted>x</scripted><svg-icon>x</svg-icon>",
        b"<noscript><img src=x></noscript>",
    ],
)
def test_what_looks_like_them_stays(part: bytes) -> None:
    assert cut(part + TEXT) == (part + TEXT, [])


@pytest.mark.parametrize(
    "part",
    [
        b"<script>",
        b"<!-- ",
        b"<svg><svg></svg>",
        b"<script><!-- <script> </script> --></script>",
        b'<div data-frame="<iframe></iframe>">',
        b'<script src="x></script>',
        b"<xmp><script></xmp>",
        b"<plaintext>",
    ],
)
def test_a_page_in_doubt_stays_as_it_is(part: bytes) -> None:
    markup = TEXT + b"<script>x</script>" + part + TEXT
    assert cut(markup) == (markup, None)


@pytest.mark.parametrize(
    "opening", ['type="application/ld+json"', "id=x type='application/ld+json'", 'type="application&#x2F;ld&#x2B;json"']
)
@pytest.mark.parametrize("doubt", ["", "<!-- "])
def test_json_ld_is_read_from_a_page_cut_or_not(opening: str, doubt: str) -> None:
    script = (
        f'<script {opening}>{{"@type":"NewsArticle","headline":"Rain at last","datePublished":"2024-05-06"}}</script>'
    )
    found = read(page(head=script, body=f"<h1>Rain at last</h1><p>{'</p><p>'.join(SENTENCES)}</p>{doubt}"))
    assert found.evidence["published"] == "json-ld"


def test_what_is_not_shown_is_no_text() -> None:
    hidden = "<video>No film</video><noscript><p>No scripts</p></noscript><template><p>Later</p></template>"
    body = f"{hidden}<p>{f'</p>{hidden}<p>'.join(SENTENCES)}</p>"
    found = read(page(body=body))
    assert found.body == tuple(SENTENCES)
    assert not any("No " in text or "Later" in text for text in found.page)
