// Improves pages that work without it. Nothing here decides, stores or hides anything that a page needs:
// each hook is an attribute on markup that already does its work by plain forms and links.

const announcer = document.getElementById("announcer");

function announce(text) {
  if (!announcer || !text) return;
  announcer.textContent = "";
  // A live region speaks when its content changes, not when it is set to the same words twice at once.
  setTimeout(() => { announcer.textContent = text; }, 50);
}

function part(html, id) {
  // The element with that id in a fetched page, or null.
  return new DOMParser().parseFromString(html, "text/html").getElementById(id);
}

// [data-errors]: the error summary takes the focus when the page opens.
document.querySelector("[data-errors]")?.focus();

// [data-max][data-count]: says in the element named by data-count how many characters are left, in its own words:
// data-left, data-over, and for a single one data-left-one, data-over-one; "{n}" is the number. Code points are
// counted, as the server does. Spoken only after a pause in typing.
function tellCount(area) {
  const out = document.getElementById(area.dataset.count);
  if (!out) return "";
  const left = Number(area.dataset.max) - [...area.value.trim()].length;
  const words = out.dataset[(left < 0 ? "over" : "left") + (Math.abs(left) === 1 ? "One" : "")];
  out.classList.toggle("over", left < 0);
  return (out.textContent = words.replace("{n}", Math.abs(left)));
}

let countPause;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-max][data-count]")) return;
  const text = tellCount(event.target);
  clearTimeout(countPause);
  countPause = setTimeout(() => announce(text), 1500);
});

// form[data-submit-once]: a second press while the first is under way does nothing. Nothing is disabled, so the
// pressed button's own name and value are sent, and the page that the Back button brings is fresh.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-disabled=true]")?.removeAttribute("aria-disabled");
  }
});

// button[data-update="id"]: posts its form in the background and puts the answer's element of that id in place of
// this page's, as the whole page would have come without this script. [data-add-row="id"] does the same and then
// focuses the last field of the element, [data-remove-row="id"] the last field or the element's add button.
// Whatever goes wrong, the button is pressed in earnest.
async function update(button, id) {
  const form = button.form;
  const old = document.getElementById(id);
  if (!old) return form.requestSubmit(button);
  const typed = new Map([...old.querySelectorAll("[id][name]")].map((field) => [field.id, field.value]));
  old.setAttribute("aria-busy", "true");
  let fresh = null;
  try {
    const body = new URLSearchParams(new FormData(form, button));
    // Not form.action: a field of that name would answer instead.
    const url = button.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
    const answer = await fetch(url || location.href, { method: "POST", body });
    if (answer.ok && !answer.redirected) fresh = part(await answer.text(), id);
  } catch { /* Offline: the plain submit below shows it as the browser does. */ }
  if (!fresh) {
    old.removeAttribute("aria-busy");
    button.dataset.plain = "1";
    return form.requestSubmit(button);
  }
  for (const field of old.querySelectorAll("[id][name]")) {
    // What was typed while the answer was on its way stays.
    const next = fresh.querySelector(`#${CSS.escape(field.id)}`);
    if (next && field.type !== "radio" && field.type !== "checkbox" && field.value !== typed.get(field.id)) next.value = field.value;
  }
  old.replaceWith(fresh);
  prepare(fresh);
  const fields = fresh.querySelectorAll("input:not([type=hidden]), textarea");
  if (button.dataset.addRow) fields[fields.length - 1]?.focus();
  if (button.dataset.removeRow) (fields[fields.length - 1] ?? document.querySelector(`[data-add-row="${id}"]`))?.focus();
  announce(button.dataset.said ?? announcer?.dataset.updated);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-update], button[data-add-row], button[data-remove-row]");
  if (!button?.form || button.dataset.plain) return;
  event.preventDefault();
  update(button, button.dataset.update ?? button.dataset.addRow ?? button.dataset.removeRow);
});

// select[data-update-on-change="button id"]: a change presses that button, which hides itself: it is for those
// without this script.
let changePause;
document.addEventListener("change", (event) => {
  const button = document.getElementById(event.target.dataset?.updateOnChange ?? "");
  if (!button) return;
  clearTimeout(changePause);
  changePause = setTimeout(() => button.click(), 250);
});

// input[data-live="url"][data-live-region="id"]: posts the field (and the fields named in data-live-with) to the URL
// after a pause in typing, and shows the HTML that comes back in the region, which must be a role="status". An
// answer that is no 200 leaves the region empty: the same words come with the page itself.
const asked = new Map();
async function ask(field) {
  const region = document.getElementById(field.dataset.liveRegion);
  if (!region) return;
  asked.get(field)?.abort();
  const stop = new AbortController();
  asked.set(field, stop);
  const body = new URLSearchParams();
  for (const name of [field.name, "csrfmiddlewaretoken", ...(field.dataset.liveWith ?? "").split(" ").filter(Boolean)]) {
    const value = new FormData(field.form).get(name);
    if (typeof value === "string") body.set(name, value);
  }
  try {
    const answer = await fetch(field.dataset.live, { method: "POST", body, signal: stop.signal });
    const html = answer.ok && !answer.redirected ? await answer.text() : "";
    if (html.trim() !== region.innerHTML.trim()) region.innerHTML = html;
  } catch (error) {
    if (error.name !== "AbortError") region.textContent = "";
  }
}

let livePause;
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset?.live) return;
  clearTimeout(livePause);
  livePause = setTimeout(() => ask(field), 600);
});

// [id][data-refresh="seconds"]: fetches this page (or data-refresh-from) again and replaces the element's content
// when it changed: never while the page is hidden, never while the focus or an open part is inside. What stands in
// its data-say, or in the [data-say] inside it, is spoken when it changed. Signing out elsewhere ends it.
function withoutTokens(html) {
  // Every rendering masks the same CSRF token anew: that is no change.
  return html.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");
}

function said(region) {
  return region.dataset.say ?? region.querySelector("[data-say]")?.textContent.trim();
}

async function refresh(region) {
  const busy = region.contains(document.activeElement) || region.querySelector("details[open]");
  if (!document.hidden && !busy) {
    try {
      const answer = await fetch(region.dataset.refreshFrom ?? location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected || (answer.status >= 400 && answer.status < 500 && answer.status !== 429)) return;
      const fresh = answer.ok ? part(await answer.text(), region.id) : null;
      const inside = region.contains(document.activeElement);
      if (fresh && !inside && withoutTokens(fresh.innerHTML) !== withoutTokens(region.innerHTML)) {
        const before = said(region);
        const after = said(fresh);
        region.replaceChildren(...fresh.childNodes);
        if ("say" in fresh.dataset) region.dataset.say = fresh.dataset.say;
        prepare(region);
        if (before !== after) announce(after);
      }
    } catch { /* Offline: the next round tries again. */ }
  }
  setTimeout(refresh, region.dataset.refresh * 1000, region);
}
for (const region of document.querySelectorAll("[id][data-refresh]")) setTimeout(refresh, region.dataset.refresh * 1000, region);

function prepare(root) {
  for (const area of root.querySelectorAll("[data-max][data-count]")) tellCount(area);
  for (const select of root.querySelectorAll("[data-update-on-change]")) {
    const button = document.getElementById(select.dataset.updateOnChange);
    if (button) button.hidden = true;
  }
}
prepare(document);
