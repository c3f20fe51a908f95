// What makes the page quicker; it works without. Nothing here makes markup of text: parts of pages come from this
// server whole, and everything else is set as text.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  const box = document.getElementById("q");
  const form = document.getElementById("search");
  const list = document.getElementById("suggestions");

  // Results and suggestions as one types

  const PAUSE = 160; // milliseconds: a fast typist's keys are 100 apart, a reader notices from 200 on
  let timer = 0;
  let asked = null;
  let shown = box ? box.value : "";

  const wanted = () => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value.trim()) fields.append(name, value);
    return fields;
  };

  const refresh = async () => {
    if (box.value === shown) return;
    shown = box.value;
    if (asked) asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const fields = wanted();
    suggest(box.value, signal);
    try {
      const typed = new URLSearchParams(fields);
      if (box.value.trim()) typed.set("lenient", "true");
      const answer = await fetch(`/?${typed}`, { signal, credentials: "same-origin" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = page.getElementById("main");
      if (!main || !document.getElementById("found")) return;
      for (const name of ["found", "filters"]) {
        const old = document.getElementById(name);
        const fresh = page.getElementById(name);
        if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(fresh));
      }
      document.title = page.title;
      document.body.className = page.body.className;
      history.replaceState(null, "", `/?${fields}`);
      current = -1;
      dress();
    } catch (error) {
      if (error.name !== "AbortError") form.dataset.stale = "true"; // Enter asks again, and shows what is wrong
    }
  };

  const suggest = async (text, signal) => {
    if (!list) return;
    if (!text.trim()) return list.replaceChildren();
    try {
      const answer = await fetch(`/api/suggest?${new URLSearchParams({ prefix: text })}`, { signal });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      list.replaceChildren(...suggestions.map(({ text: value }) => Object.assign(document.createElement("option"), { value })));
    } catch { /* none, then */ }
  };

  if (box && document.getElementById("found")) {
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(refresh, PAUSE);
    });
  }

  // Keys: / to the box, n and p through the hits, o opens

  let current = -1;
  const hits = () => [...document.querySelectorAll(".hit")];

  const go = (step) => {
    const all = hits();
    if (!all.length) return;
    current = Math.min(all.length - 1, Math.max(0, current + step));
    for (const [i, hit] of all.entries()) hit.classList.toggle("current", i === current);
    const link = all[current].querySelector(".headline a");
    link.focus({ preventScroll: true });
    all[current].scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && range) return dropRange();
    if (event.key === "ArrowLeft") return arrow(event, -1);
    if (event.key === "ArrowRight") return arrow(event, 1);
    if (event.key === "Enter" && range?.x === null) {
      event.preventDefault();
      return takeRange();
    }
    if (event.key === "Escape" && isTyping) return event.target.blur();
    if (isTyping) return;
    if (event.key === "/" && box) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
    else if (event.key === "o" && current >= 0) hits()[current].querySelector(".headline a").click();
  });

  // The timeline: a bar is a link; dragging over several, or Shift with the arrow keys, takes all from one to another

  const DRAG = 5; // pixels: less is a click by an unsteady hand
  let range = null; // { figure, from, to, x, isDrag }: numbers of periods, where the pointer went down
  let wasDragged = false;

  const periods = (figure) => [...figure.querySelectorAll(".period")];

  const periodAt = (figure, x) => {
    const { left, width } = figure.querySelector("svg").getBoundingClientRect();
    const count = periods(figure).length;
    return Math.min(count - 1, Math.max(0, Math.floor(((x - left) / width) * count)));
  };

  const showRange = () => {
    const all = periods(range.figure);
    const [low, high] = [range.from, range.to].sort((a, b) => a - b);
    let articles = 0;
    for (const [i, period] of all.entries()) {
      const isIn = i >= low && i <= high;
      period.classList.toggle("chosen", isIn);
      if (isIn) articles += Number(period.dataset.count);
    }
    const told = range.figure.querySelector(".most");
    told.dataset.usual ??= told.textContent;
    const [first, last] = [all[low].dataset.name, all[high].dataset.name];
    told.textContent = `${first}${low === high ? "" : ` to ${last}`}: ${articles.toLocaleString("en")}`;
    return [all[low].dataset.period, all[high].dataset.period];
  };

  const dropRange = () => {
    if (!range) return;
    for (const period of periods(range.figure)) period.classList.remove("chosen");
    const told = range.figure.querySelector(".most");
    if (told.dataset.usual) told.textContent = told.dataset.usual;
    range = null;
  };

  const takeRange = () => {
    const [since, until] = showRange();
    const address = new URL(range.figure.dataset.any, location.href);
    address.searchParams.set("since", since);
    address.searchParams.set("until", until);
    location.href = address.href;
  };

  document.addEventListener("pointerdown", (event) => {
    wasDragged = false;
    const figure = event.button ? null : event.target.closest(".timeline svg")?.closest(".timeline");
    dropRange();
    if (!figure) return;
    const from = periodAt(figure, event.clientX);
    range = { figure, from, to: from, x: event.clientX, isDrag: false };
  });
  document.addEventListener("pointermove", (event) => {
    if (!range || range.x === null) return;
    if (!range.isDrag && Math.abs(event.clientX - range.x) < DRAG) return;
    if (!range.isDrag) range.figure.querySelector("svg").setPointerCapture(event.pointerId);
    range.isDrag = true;
    range.to = periodAt(range.figure, event.clientX);
    showRange();
  });
  document.addEventListener("pointerup", () => {
    if (!range || range.x === null) return;
    wasDragged = range.isDrag;
    if (range.isDrag) takeRange();
    else range = null;
  });
  document.addEventListener("pointercancel", dropRange);
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.(".timeline")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (wasDragged && event.target.closest(".timeline")) event.preventDefault();
    wasDragged = false;
  }, true);

  const arrow = (event, step) => {
    const period = event.target.closest(".timeline .period");
    if (!period) return;
    event.preventDefault();
    const figure = period.closest(".timeline");
    const all = periods(figure);
    const at = all.indexOf(period);
    if (event.shiftKey) {
      range ??= { figure, from: at, to: at, x: null, isDrag: false };
      range.to = Math.min(all.length - 1, Math.max(0, range.to + step));
      showRange();
      return;
    }
    dropRange();
    for (let i = at + step; i >= 0 && i < all.length; i += step) {
      const link = all[i].querySelector("a");
      if (link) return link.focus();
    }
  };
  document.addEventListener("focusout", (event) => {
    if (range?.x === null && event.target.closest(".timeline")) dropRange();
  });

  // Copy a citation; show the reasons in place

  const copier = (citation) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(citation.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(citation);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    return button;
  };

  const explain = async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const link = event.currentTarget;
    const doings = link.closest(".doings");
    const open = doings.querySelector(".why-here");
    link.setAttribute("aria-expanded", String(!open));
    if (open) return open.remove();
    try {
      const answer = await fetch(link.href, { credentials: "same-origin" });
      const reasons = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("reasons");
      if (!reasons) throw new Error("no reasons");
      reasons.removeAttribute("id");
      const item = Object.assign(document.createElement("li"), { className: "why-here", dir: "ltr" });
      item.append(document.adoptNode(reasons));
      doings.append(item);
    } catch {
      location.href = link.href;
    }
  };

  const dress = () => {
    for (const citation of document.querySelectorAll(".citation:not([data-dressed])")) {
      citation.dataset.dressed = "true";
      citation.after(copier(citation));
    }
    for (const link of document.querySelectorAll("a.why:not([aria-expanded])")) {
      link.setAttribute("aria-expanded", "false");
      link.addEventListener("click", explain);
    }
  };
  dress();
})();
