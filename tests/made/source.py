"""A made-up outlet: pages and dumps that share a template, and stories that share no more than is asked for."""

from __future__ import annotations

import random

__all__ = ["APPEAL", "SIGN_UP", "dump", "page", "story"]

SIGN_UP = "The Evening Harbour is our letter for those who want the day's reports from the coast in one place."
APPEAL = "Reports like this one are paid for by readers, and every contribution keeps our desk at the docks open."

_PLACES = "Aldby Brenvik Corrane Dunmore Estley Farholm Gullen Hastow Inver Jarrow Kelsey Lunden".split()
_THINGS = "harbour bridge library market theatre station hospital park school museum ferry tower".split()
_VERBS = "opened closed moved rebuilt flooded sold painted lit measured emptied guarded praised".split()


def story(number: int, paragraphs: int = 6) -> tuple[str, list[str]]:
    """A headline and paragraphs that no other number has."""
    dice = random.Random(number)
    place, thing = dice.choice(_PLACES), dice.choice(_THINGS)
    headline = f"The {thing} of {place} is {dice.choice(_VERBS)} for the {number}th time this year"
    texts = []
    for _ in range(paragraphs):
        one, two, three = (dice.choice(_PLACES) for _ in range(3))
        texts.append(
            f"In {one}, {dice.randrange(20, 99)} people from {two} said that the {dice.choice(_THINGS)} had been "
            f"{dice.choice(_VERBS)} by the {dice.choice(_THINGS)} of {three}, and {dice.choice(_PLACES)} number "
            f"{_spelt(dice.randrange(10**6))} had seen it."
        )
    return headline, texts


def _spelt(number: int) -> str:
    """A number in letters, since digits are no difference between lines."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def page(number: int, *, texts: list[str] | None = None, host: str = "harbour.example", tail: str = "") -> str:
    """A page of the outlet. Its letter and its appeal stand where the paragraphs do, and are named nothing."""
    headline, own = story(number)
    body = "".join(f"<p>{text}</p>" for text in (own if texts is None else texts))
    return (
        f"<!DOCTYPE html><html lang=en><head><title>{headline} - Harbour Post</title>"
        f"<meta property=og:site_name content='Harbour Post'>"
        f"<link rel=canonical href='https://{host}/2024/{number}/story'></head><body>"
        f"<div><a href=/news>News</a> <a href=/sea>The sea</a></div>"
        f"<div><h1>{headline}</h1>{body}<p>From our desk</p><p>{SIGN_UP}</p><p>{APPEAL}</p></div>{tail}"
        f"<div>Harbour Post is written at the docks</div></body></html>"
    )


def dump(number: int, *, texts: list[str] | None = None, with_url: bool = True) -> str:
    """A plain-text dump of such a page."""
    headline, own = story(number)
    lines = [f"https://harbour.example/2024/{number}/story"] if with_url else []
    lines += [f"{headline} | Harbour Post", "News", "The sea", headline, *(own if texts is None else texts)]
    return "\n\n".join([*lines, "From our desk", SIGN_UP, APPEAL, "© 2024 Harbour Post", "Harbour Post"]) + "\n"
