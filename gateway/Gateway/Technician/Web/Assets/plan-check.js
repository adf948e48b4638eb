// Keeps the plan check of the enrolment form fresh while the form is filled in. Without it the button "check" does the same.
"use strict";

const form = document.querySelector("form[data-plan]");
let asking = 0;

async function check() {
  const asked = new FormData(form);
  asked.set("do", "check");
  const turn = ++asking;
  const answer = await fetch(location.href, { method: "POST", body: new URLSearchParams(asked) }).catch(() => null);
  // An older answer that comes late says nothing any more.
  if (!answer || !answer.ok || answer.redirected || turn !== asking) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#plan-check");
  if (fresh) document.querySelector("#plan-check").replaceChildren(...fresh.childNodes);
}

if (form) form.addEventListener("change", check);
