// What can a reader do with the page? Point at something to be told what it is, and to see which keys it belongs to. Without the script
// the browser shows the same titles, only later.

export const SCRIPT = `"use strict";
const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
document.body.append(tip);
const told = new WeakMap();
let pointed;
function tell(element) {
  const title = element.querySelector(":scope > title");
  if (title) {
    told.set(element, title.textContent);
    element.setAttribute("aria-label", title.textContent);
    title.remove();
  }
  tip.textContent = told.get(element);
}
function follow(lane, key) {
  for (const other of lane ? lane.querySelectorAll("[data-key]") : [])
    other.classList.toggle("pale", Boolean(key) && other.dataset.key !== key);
}
addEventListener("pointermove", (event) => {
  const element = event.target instanceof Element ? event.target.closest(".life,.mark,.fault,.flag,.margin") : null;
  if (element !== pointed) {
    follow(pointed?.closest(".lane"), "");
    pointed = element;
    tip.hidden = !element;
    if (element) {
      tell(element);
      follow(element.closest(".lane"), element.dataset.key);
    }
  }
  if (element) {
    tip.style.left = Math.max(8, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = (event.clientY + tip.offsetHeight + 24 < innerHeight ? event.clientY + 16 : event.clientY - tip.offsetHeight - 10) + "px";
  }
});
`;

/** Of the text above, in base64: the page runs no other script (https://www.w3.org/TR/CSP3/#grammardef-hash-source). */
export const SCRIPT_SHA256 = "eGAnRHxN9azltZwrDOiesKFWvzzJoBKzrPKWkHcJoVE=";
