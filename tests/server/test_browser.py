"""The page in headless Chromium: attacks come to nothing, what quickens it works, everyone can use it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.made.browser import Browser, Tab, chromium, running
from tests.server.test_serve import serving

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium, which is not here")


@pytest.fixture(scope="module")
def url(news: Path) -> Iterator[str]:
    with serving("--index", str(news)) as (_, address):
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Tab:
    tab = browser.tab()
    tab.size(1200, 900)
    return tab


def article_of(tab: Tab, url: str, query: str) -> str:
    tab.go(f"{url}?q={query}")
    href: str = tab.run("document.querySelector('.hit .headline a').href")
    return href


ATTACKED = "document.title === 'owned' || document.querySelectorAll('main script, main img, main iframe').length > 0"


def test_captures_that_attack_come_to_nothing(tab: Tab, url: str) -> None:
    for query in ("hostile", "invisible"):
        article = article_of(tab, url, query)
        for place in (f"{url}?q={query}", article, article.replace("?", "/why?")):
            tab.go(place)
            assert tab.run(ATTACKED) is False, place
            odd = "[...document.querySelectorAll('a')].map(a => new URL(a.getAttribute('href'), location).protocol)"
            assert set(tab.run(odd)) <= {"http:", "https:"}
            assert "<script>" in tab.run("document.body.innerText") or "/why?" in place


def test_no_script_of_a_page_runs_even_if_it_got_in(tab: Tab, url: str) -> None:
    tab.go(f"{url}?q=ferry")
    tab.run("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.owned=1\">')")
    tab.run("""(() => { const s = document.createElement('script'); s.textContent = 'window.owned = 1';
        document.body.append(s); return 1; })()""")
    tab.run("new Promise(done => setTimeout(done, 100))")
    assert tab.run("window.owned === undefined")


def test_results_come_as_one_types_and_an_unclosed_quote_is_no_error(tab: Tab, url: str) -> None:
    tab.go(url)
    tab.key("/")
    assert tab.run("document.activeElement.id") == "q"
    tab.type("lorries")
    tab.until("document.querySelector('.count').textContent.includes('1 article')")
    assert tab.run("location.search") == "?q=lorries"
    assert tab.run("document.activeElement.id") == "q"
    tab.type(' "bridge clo')
    tab.until("location.search.includes('bridge+clo')")
    assert tab.run("document.querySelectorAll('.problem').length") == 0
    tab.key("Enter")
    tab.until("document.readyState === 'complete' && document.querySelector('.count, .problem') !== null")


def test_suggestions_come_as_one_types(tab: Tab, url: str) -> None:
    tab.go(url)
    tab.key("/")
    tab.type("inqu")
    tab.until("[...document.querySelectorAll('#suggestions option')].some(o => o.value.startsWith('inquir'))")


def test_keys_go_through_the_hits_and_open_one(tab: Tab, url: str) -> None:
    tab.go(f"{url}?q=ferry")
    tab.key("n")
    tab.key("n")
    assert tab.run("document.querySelector('.hit.current').id") == "hit-2"
    tab.key("p")
    assert tab.run("document.querySelector('.hit.current').id") == "hit-1"
    assert tab.run("document.activeElement.closest('.hit').id") == "hit-1"
    tab.key("o")
    tab.until("location.pathname.startsWith('/articles/')")


def test_reasons_open_in_place(tab: Tab, url: str) -> None:
    tab.go(f"{url}?q=ferry")
    tab.run("document.querySelector('a.why').click()")
    tab.until("document.querySelector('.hit .why-here table') !== null")
    assert tab.run("document.querySelector('a.why').getAttribute('aria-expanded')") == "true"
    tab.run("document.querySelector('a.why').click()")
    assert tab.run("document.querySelector('.why-here') === null")


def places(tab: Tab, url: str) -> list[str]:
    article, arabic = article_of(tab, url, "ferry"), article_of(tab, url, "lang:ar")
    return [
        url,
        f"{url}?q=ferry+inquiry&filter=NOT+lang:fr&since=2024",
        f"{url}?q=ferry+zeppelin",
        f"{url}?q=mali+(ferry+OR+boat",
        f"{url}help",
        article,
        article.replace("?", "/why?"),
        arabic,
        f"{url}?q=lang:ar",
        f"{url}nothing",
    ]


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_everything_can_be_read_and_hit(tab: Tab, url: str, is_dark: bool) -> None:
    """Contrast (WCAG 1.4.3), size of targets (2.5.8), and no scrolling sideways at 320 px (1.4.10)."""
    try:
        for place in places(tab, url):
            tab.is_dark(is_dark)
            tab.go(place)
            tab.run("document.querySelectorAll('details').forEach(d => { d.open = true })")
            for width in (1200, 320):
                tab.size(width, 900)
                assert tab.run(_CONTRAST) == [], place
                assert tab.run(_TARGETS) == [], place
                assert tab.run("document.documentElement.scrollWidth") <= width, place
    finally:
        tab.size(1200, 900)
        tab.is_dark(False)


# Text against the ground behind it, as CSS colours of any form drawn on a pixel.
_CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour, ground) => {
    canvas.fillStyle = `rgb(${ground.join(' ')})`; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (c) => {
    const [r, g, b] = c.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const groundOf = (element) => {
    if (!element) return [255, 255, 255];
    const style = getComputedStyle(element);
    const below = groundOf(element.parentElement);
    const lit = /rgba?\\([^)]*\\) 7%/.exec(style.backgroundImage);
    return rgb(lit ? lit[0].replace(' 7%', '') : style.backgroundColor, below);
  };
  const wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest('.hidden, .skip, svg')) continue;
    let opacity = 1;
    for (let each = element; each; each = each.parentElement) opacity *= getComputedStyle(each).opacity;
    const ground = groundOf(element);
    const ink = rgb(getComputedStyle(element).color, ground).map((v, i) => v * opacity + ground[i] * (1 - opacity));
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    const size = parseFloat(getComputedStyle(element).fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && getComputedStyle(element).fontWeight >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) wrong.push([node.data.trim().slice(0, 40), ratio.toFixed(2)]);
  }
  return wrong;
})()"""

# Targets of at least 24 by 24 px; links inside of a sentence are free.
_TARGETS = """(() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
  .filter(e => e.checkVisibility() && !e.closest('.skip, .citation, .hidden'))
  .filter(e => getComputedStyle(e).display !== 'inline' || e.parentElement.textContent.trim() === e.textContent.trim())
  .filter(e => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24; })
  .filter(e => e.namespaceURI !== 'http://www.w3.org/2000/svg')
  .map(e => [e.textContent.trim().slice(0, 30), e.className, Math.round(e.getBoundingClientRect().height)]))()"""


def axe() -> Path | None:
    spec = find_spec("axe_core_python")
    found = [Path(place) / "axe.min.js" for place in (spec.submodule_search_locations or [])] if spec else []
    return next((path for path in found if path.is_file()), None)


@pytest.mark.long
@pytest.mark.skipif(axe() is None, reason="needs axe-core-python, which is not here")
def test_axe_has_nothing_to_say(tab: Tab, url: str) -> None:
    script = axe()
    assert script is not None
    source = script.read_text("utf-8")
    for place in places(tab, url):
        tab.go(place)
        tab.run(f"{source}; 1")
        found: Any = tab.run(
            "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"
        )
        assert found == [], place
