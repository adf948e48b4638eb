// Keeps live parts of a page fresh, and what is typed safe. Without it every page still works: reload instead.
"use strict";

// Seconds between looks at the gateway while the page is in view. A look costs one small page on the gateway's own network.
const LOOK_EVERY_S = 30;

// Says whether the gateway answers: what somebody types meanwhile is worth keeping, and what they see is old.
function show(answers) {
  document.body.classList.toggle("line-lost", !answers);
  document.getElementById("line-lost").hidden = answers;
}

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  show(!!answer);
  if (!answer || !answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  const shown = document.querySelector("[data-live]");
  // What somebody has opened stays open; what they are reading by keyboard stays theirs; a box they have ticked stays ticked while it is there.
  const held = shown.contains(document.activeElement) ? document.activeElement : null;
  if (!fresh || (held && held.type !== "checkbox") || shown.querySelector("details[open]")) return;
  if (fresh.innerHTML === shown.innerHTML) return;
  const again = box => box && fresh.querySelector(`[name="${box.name}"]`);
  for (const box of shown.querySelectorAll(":checked")) if (again(box)) again(box).checked = true;
  shown.replaceWith(fresh);
  again(held)?.focus();
}

const live = document.querySelector("[data-live]");
if (live) setInterval(look, (Number(live.dataset.live) || LOOK_EVERY_S) * 1000);

// A form goes once: a second press on a slow line would otherwise ask twice. And it goes to a gateway that answers: before one that does not,
// the page stays, with all that was typed, instead of giving way to the browser's own error page.
document.addEventListener("submit", async event => {
  const form = event.target;
  if (form.dataset.gone === "sure") { form.dataset.gone = "1"; return; }
  event.preventDefault();
  if (form.dataset.gone) return;
  form.dataset.gone = "1";
  const answers = !!await fetch("/health", { cache: "no-store" }).catch(() => null);
  show(answers);
  if (!answers) { delete form.dataset.gone; return; }
  form.dataset.gone = "sure";
  addEventListener("pageshow", () => delete form.dataset.gone, { once: true });
  // An answer that is a file leaves this page where it is.
  setTimeout(() => delete form.dataset.gone, 15000);
  // Safari knows requestSubmit since version 16.
  if (form.requestSubmit) form.requestSubmit(event.submitter); else form.submit();
});

// What is typed and not yet taken survives a reload, a closed tab and an empty battery, on this phone only. It belongs to one version of its
// session: when the step was taken the version rises, and what was typed for the one before is forgotten.
const typedHere = "typed " + location.pathname + " ";
const nameOf = form => typedHere + form.dataset.keep + " " + (form.querySelector("[name=version]")?.value ?? "");
function keep(form) {
  const fields = [...form.querySelectorAll("input:not([type=hidden]):not([type=checkbox])")];
  const typed = JSON.parse(localStorage.getItem(nameOf(form)) || "{}");
  // What came back with a refusal is newer.
  if (!new URLSearchParams(location.search).has("refused")) for (const field of fields) if (field.name in typed) field.value = typed[field.name];
  form.addEventListener("input", () => localStorage.setItem(nameOf(form), JSON.stringify(Object.fromEntries(fields.map(field => [field.name, field.value])))));
}
const keeping = [...document.querySelectorAll("form[data-keep]")];
keeping.forEach(keep);
Object.keys(localStorage).filter(name => name.startsWith(typedHere) && !keeping.some(form => nameOf(form) === name)).forEach(name => localStorage.removeItem(name));
