// Gives Select2's boxes in the admin the name of the <select> they stand for.
const name = (select) =>
  select.getAttribute("aria-label") || select.labels?.[0]?.textContent.trim() || select.name;

const mend = () => {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    if (!box) continue;
    const shown = box.querySelector(".select2-selection__rendered");
    const words = `${name(select)}: ${shown?.textContent.trim() || "none chosen"}`;
    box.removeAttribute("aria-labelledby");
    if (box.getAttribute("aria-label") !== words) box.setAttribute("aria-label", words);
    if (shown?.getAttribute("aria-label") !== name(select)) shown?.setAttribute("aria-label", name(select));
  }
};

addEventListener("load", () => {
  mend();
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
});
