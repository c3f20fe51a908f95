"""How a query was understood, and why an article is found or not, for people."""

from __future__ import annotations

from newsidx.cli._screen import Screen, Span, Styles, Text
from newsidx.model import Explanation, Why, WordReading

__all__ = ["print_explanation", "print_why"]


def print_explanation(screen: Screen, explanation: Explanation) -> None:
    """The query's parts with what each finds, its words by language, the plan."""
    screen.print(Span("Understood as", Styles.HEADING))
    for part in explanation.parts:
        _print_counted(screen, part.articles, part.text, indent=2 * part.depth)
    if explanation.words:
        screen.blank()
        screen.print(Span("Words", Styles.HEADING))
        for reading in explanation.words:
            _print_counted(screen, reading.articles, f"{reading.word} {_lang(reading)} ", *reading.terms)
    screen.blank()
    screen.print(Span("Plan", Styles.HEADING))
    for line in explanation.plan:
        screen.print(Span(line, is_name=True), indent=10, hanging=12)
    screen.blank()


def _lang(reading: WordReading) -> str:
    if reading.lang == "*":
        return "stands for"
    place = f"in {reading.lang}" if reading.lang else "in an unknown language"
    return f"{place}:" if reading.stemmed else f"{place}, as written:"


def _print_counted(screen: Screen, count: int, text: str, *more: str, indent: int = 0) -> None:
    lead = f"{count:>8}  "
    rest = Span(", ".join(more), Styles.NAME, is_name=True)
    screen.print(Span(text, is_name=True), rest, lead=lead + " " * indent, hanging=12 + indent)


def print_why(screen: Screen, why: Why) -> None:
    """Whether it is found, part by part, and what would find it."""
    if why.matches:
        screen.print(f"found: number {why.rank} of {why.total}, score {why.score:.2f}")
    else:
        screen.print(f"not found, among {why.total} that are" if why.total else "not found, nor is any other")
    for part in why.parts:
        mark = f"{part.score:>8.2f}" if part.score else "     yes" if part.matches else "      no"
        style = Styles.PLAIN if part.matches else Styles.BAD
        name: list[Text] = [Span(part.text, Styles.NAME, is_name=True), ": "] if part.text else []
        screen.print(*name, Span(part.reason), lead=Span(f"{mark}  ", style), hanging=10)
    if why.change is not None:
        screen.print("this would find it: ", Span(why.change, Styles.NAME, is_name=True), hanging=2)
