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
      const item = Object.assign(document.createElement("li"), { className: "why-here" });
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
