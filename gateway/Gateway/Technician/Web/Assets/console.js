// Keeps live parts of a page fresh. Without it every page still works: reload instead.
"use strict";

// Seconds between looks at the gateway while the page is in view. A look costs one small page on the gateway's own network.
const LOOK_EVERY_S = 30;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  document.body.classList.toggle("line-lost", !answer);
  if (!answer || !answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  const shown = document.querySelector("[data-live]");
  // What somebody has opened stays open; what they are reading by keyboard stays theirs.
  if (!fresh || shown.contains(document.activeElement) || shown.querySelector("details[open]")) return;
  if (fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
}

const live = document.querySelector("[data-live]");
if (live) setInterval(look, (Number(live.dataset.live) || LOOK_EVERY_S) * 1000);

// A form goes once: a second press on a slow line would otherwise ask twice.
document.addEventListener("submit", event => {
  if (event.target.dataset.gone) { event.preventDefault(); return; }
  event.target.dataset.gone = "1";
  addEventListener("pageshow", () => delete event.target.dataset.gone, { once: true });
});

// What is typed and not yet sent survives a reload, a closed tab and an empty battery, on this phone only. It goes when its form goes.
function keep(form) {
  const kept = "typed " + location.pathname + " " + form.dataset.keep;
  const fields = [...form.querySelectorAll("input:not([type=hidden]):not([type=checkbox])")];
  const typed = JSON.parse(localStorage.getItem(kept) || "{}");
  // What came back with a refusal is newer.
  if (!new URLSearchParams(location.search).has("refused")) for (const field of fields) if (field.name in typed) field.value = typed[field.name];
  form.addEventListener("input", () => localStorage.setItem(kept, JSON.stringify(Object.fromEntries(fields.map(field => [field.name, field.value])))));
  form.addEventListener("submit", () => localStorage.removeItem(kept));
}
document.querySelectorAll("form[data-keep]").forEach(keep);
