"""The page in headless Chromium: attacks come to nothing, what quickens it works, everyone can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import newsidx
from tests.made.browser import Browser, Tab, chromium, running
from tests.server.test_serve import serving

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium, which is not here")


@pytest.fixture(scope="module")
def url(news: Path) -> Iterator[str]:
    with serving("--index", str(news)) as (_, address):
        yield address


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("empty") / "index"
    newsidx.open(path, create=True).close()
    with serving("--index", str(path)) as (_, address):
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


def middle(tab: Tab, period: str) -> tuple[float, float]:
    """The middle of a period of the timeline, in pixels."""
    room = f"""document.querySelector('[data-period="{period}"] .room')"""
    box = tab.run(f"(r => [r.left + r.width / 2, r.top + r.height / 2])({room}.getBoundingClientRect())")
    return box[0], box[1]


def timeline_of(tab: Tab, url: str) -> list[tuple[str, int]]:
    """All periods of the timeline of a search, and how many articles they have."""
    tab.go(f"{url}?q=ferry&sort=oldest")
    found = tab.run("[...document.querySelectorAll('.period')].map(p => [p.dataset.period, Number(p.dataset.count)])")
    return [(period, count) for period, count in found]


def test_a_click_on_the_timeline_is_its_link(tab: Tab, url: str) -> None:
    period = next(period for period, count in timeline_of(tab, url) if count)
    x, y = middle(tab, period)
    tab.drag((x, y), (x + 2, y))
    tab.until(f"location.search.includes('since={period}&until={period}')")


def test_dragging_over_the_timeline_takes_all_between(tab: Tab, url: str) -> None:
    periods = timeline_of(tab, url)
    counted = [number for number, (_, count) in enumerate(periods) if count]
    first, last = counted[0], counted[-1]
    wanted = sum(count for _, count in periods)
    left, right = middle(tab, periods[first][0]), middle(tab, periods[last][0])
    tab.drag(right, ((left[0] + right[0]) / 2, left[1]), left)  # from right to left
    tab.until(f"location.search.includes('since={periods[first][0]}&until={periods[last][0]}')")
    assert tab.run("document.querySelector('#q').value") == "ferry"
    assert tab.run("new URLSearchParams(location.search).get('sort')") == "oldest"
    assert str(wanted) in tab.run("document.querySelector('.count').textContent")


def test_keys_choose_on_the_timeline_too(tab: Tab, url: str) -> None:
    periods = timeline_of(tab, url)
    first, second = [number for number, (_, count) in enumerate(periods) if count][:2]
    tab.run("document.querySelector('.period a').focus()")
    tab.key("ArrowRight")
    assert tab.run("document.activeElement.closest('.period').dataset.period") == periods[second][0]
    tab.key("ArrowLeft")
    for _ in range(second - first):
        tab.key("ArrowRight", shift=True)
    chosen = "document.querySelectorAll('.period.chosen').length"
    assert tab.run(chosen) == second - first + 1
    told = tab.run("document.querySelector('.most').textContent")
    assert told.endswith(f": {periods[first][1] + periods[second][1]}")
    tab.key("Escape")
    assert tab.run(chosen) == 0
    assert "at most" in tab.run("document.querySelector('.most').textContent")
    for _ in range(second - first):
        tab.key("ArrowRight", shift=True)
    tab.key("Enter")
    tab.until(f"location.search.includes('since={periods[first][0]}&until={periods[second][0]}')")


def test_reasons_open_in_place(tab: Tab, url: str) -> None:
    tab.go(f"{url}?q=ferry")
    tab.run("document.querySelector('a.why').click()")
    tab.until("document.querySelector('.hit .why-here table') !== null")
    assert tab.run("document.querySelector('a.why').getAttribute('aria-expanded')") == "true"
    tab.run("document.querySelector('a.why').click()")
    assert tab.run("document.querySelector('.why-here') === null")


def test_an_arabic_hit_stands_at_the_right_and_what_we_say_of_it_reads_left_to_right(tab: Tab, url: str) -> None:
    tab.go(f"{url}?q=lang:ar")
    edges = tab.run("""['.kicker', '.headline', '.passages', '.doings'].map(name => {
      const range = document.createRange();
      range.selectNodeContents(document.querySelector(`.hit ${name}`));
      const right = document.querySelector('.hit').getBoundingClientRect().right;
      return Math.round(range.getBoundingClientRect().right - right);
    })""")
    assert all(abs(edge) <= 2 for edge in edges), edges
    assert tab.run("[...document.querySelectorAll('.doings > li')].every(e => getComputedStyle(e).direction === 'ltr')")


# What is drawn to be understood has 3:1 against its ground (WCAG 1.4.11).
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_bars_can_be_told_from_the_ground(tab: Tab, url: str, is_dark: bool) -> None:
    try:
        tab.is_dark(is_dark)
        tab.go(f"{url}?q=ferry")
        tab.run("document.querySelectorAll('body *').forEach(e => { e.style.transition = 'none' })")
        colours = tab.run("""[getComputedStyle(document.querySelector('.timeline .bar')).fill,
            getComputedStyle(document.body).backgroundColor]""")
        bar, ground = sorted((luminance(colour) for colour in colours), reverse=True)
        assert (bar + 0.05) / (ground + 0.05) >= 3, colours
    finally:
        tab.is_dark(False)


def luminance(colour: str) -> float:
    """The relative luminance of ``rgb(…)``, as WCAG defines it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.skipif(axe() is None, reason="needs axe-core-python, which is not here")
def test_axe_has_nothing_to_say(tab: Tab, url: str, empty: str, is_dark: bool) -> None:
    script = axe()
    assert script is not None
    source = script.read_text("utf-8")
    try:
        for place in [*places(tab, url), empty, f"{empty}?q=ferry"]:
            for width, is_open in ((1200, False), (360, True)):
                tab.is_dark(is_dark)
                tab.size(width, 900)
                tab.go(place)
                if is_open:
                    tab.run("document.querySelectorAll('details').forEach(d => { d.open = true })")
                tab.run(f"{source}; 1")
                found: Any = tab.run(
                    "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"
                )
                assert found == [], (place, width)
    finally:
        tab.size(1200, 900)
        tab.is_dark(False)
