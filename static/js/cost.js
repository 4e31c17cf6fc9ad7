// The running cost follows what is chosen. Without this file each save shows it.
const form = document.querySelector("form[data-cost]");
const panel = document.querySelector("[data-cost-panel]");
const said = document.querySelector("[data-cost-said]");
let asked = 0;

async function ask() {
  const mine = (asked += 1);
  const told = new FormData(form);
  told.delete("csrfmiddlewaretoken");
  try {
    const answer = await fetch(`${form.dataset.cost}&${new URLSearchParams(told)}`);
    if (!answer.ok || answer.redirected || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    panel.replaceChildren(...page.body.childNodes);
    const total = panel.querySelector("[data-total]");
    said.textContent = total ? `Total ${total.textContent}` : "";
  } catch {
    // No signal: the next save tells.
  }
}

form?.addEventListener("change", ask);
