// Keys and brushing. Without this file the page searches, filters and opens all the same.
"use strict";

const question = document.getElementById("q");
const hits = [...document.querySelectorAll(".hit")];
let chosen = -1;

function choose(number) {
  if (!hits.length) return;
  hits[chosen]?.classList.remove("chosen");
  chosen = Math.max(0, Math.min(number, hits.length - 1));
  hits[chosen].classList.add("chosen");
  hits[chosen].querySelector("a.open").focus();
}

function typing(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inQuestion = event.target === question;
  if (event.key === "/" && question && !typing(event.target)) {
    question.focus();
    question.select();
  } else if (event.key === "ArrowDown" && (inQuestion || !typing(event.target))) {
    if (!hits.length) return;
    choose(chosen + 1);
  } else if (event.key === "ArrowUp" && !typing(event.target) && chosen >= 0) {
    choose(chosen - 1);
  } else {
    return; // Enter opens what has the focus by itself
  }
  event.preventDefault();
});

for (const [number, hit] of hits.entries()) {
  hit.addEventListener("focusin", () => {
    hits[chosen]?.classList.remove("chosen");
    chosen = number;
    hit.classList.add("chosen");
  });
}

// a form sends its empty fields too; an address that is to be sent to somebody is shorter without them
document.querySelector("form.ask")?.addEventListener("submit", (event) => {
  for (const field of event.target.elements) {
    if (field.name && field.name !== "q" && (field.value === "" || (field.name === "sort" && field.value === "relevance"))) {
      field.disabled = true;
    }
  }
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelector("form.ask")?.elements ?? []) field.disabled = false;
});

// dragging over the timeline narrows the search to the bars between
const chart = document.querySelector(".timeline svg");
if (chart) {
  const bars = [...chart.querySelectorAll(".bar")];
  let from = -1;
  let to = -1;
  const at = (event) => {
    const box = chart.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.max(0, Math.min(bars.length - 1, Math.floor(share * bars.length)));
  };
  const show = () => {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    bars.forEach((bar, number) => bar.classList.toggle("brushed", from >= 0 && number >= low && number <= high));
  };
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = to = at(event);
  });
  window.addEventListener("pointermove", (event) => {
    if (from < 0) return;
    to = at(event);
    if (to !== from) show();
  });
  window.addEventListener("pointerup", () => {
    if (from >= 0 && to !== from) {
      const address = new URL(chart.dataset.base, location.href);
      address.searchParams.set("since", bars[Math.min(from, to)].dataset.since);
      address.searchParams.set("until", bars[Math.max(from, to)].dataset.until);
      location.assign(address);
    }
    from = -1;
    show();
  });
  chart.addEventListener("dragstart", (event) => event.preventDefault());
}

document.getElementById("passage")?.scrollIntoView({ block: "center" });
