// Small comforts only: every page works with this file missing. No inline handlers, no eval.
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// The error summary takes the focus, so that it is read first.
one("[data-focus]")?.focus();

// A second press of the same button is ignored for a while; the server is safe either way.
for (const form of all("form[data-guard]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
}
// Back from the next page: the browser may show this one as it was left.
addEventListener("pageshow", () => all("form[data-guard]").forEach((form) => delete form.dataset.sent));

// Filters start closed on a telephone.
const filters = one("details.filters");
if (filters && !filters.querySelector("[aria-invalid]") && matchMedia("(max-width: 59.99rem)").matches) filters.open = false;

// How long a place is held: the time is in the page already; this counts the minutes and says so
// out loud at five, at one and at the end.
for (const clock of all("[data-ends-at]")) {
  const ends = Date.parse(clock.dataset.endsAt);
  const voice = document.createElement("span");
  voice.className = "vh";
  voice.setAttribute("role", "status");
  clock.after(voice);
  const spoken = new Set();
  const tick = () => {
    const minutes = Math.ceil((ends - Date.now()) / 60000);
    const words =
      minutes < 1 ? "The time is up." : `${minutes} ${minutes === 1 ? "minute" : "minutes"} left.`;
    if (clock.textContent !== words) clock.textContent = words;
    const mark = [0, 1, 5].find((at) => minutes <= at);
    if (mark !== undefined && !spoken.has(mark)) {
      spoken.add(mark);
      voice.textContent = words;
    }
    if (minutes >= 1) setTimeout(tick, 5000);
  };
  if (!Number.isNaN(ends)) tick();
}

// An address to copy: the button is there only where it can work.
for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(one(button.dataset.copy).textContent.trim());
    button.lastElementChild.textContent = "Copied";
  });
}
