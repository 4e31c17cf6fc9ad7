// The telephone beside the form follows what is typed. Without this file it follows each press.
const phone = document.querySelector("[data-preview]");
const subject = document.querySelector("#id_subject");
const body = document.querySelector("#id_body");

if (phone && subject && body) {
  const named = (words) => words.replaceAll("{child}", phone.dataset.preview || "your child");
  const line = phone.querySelector("[data-preview-subject]");
  const lines = phone.querySelector("[data-preview-body]");
  const show = () => {
    line.textContent = named(subject.value.trim()) || "Your subject";
    const blocks = named(body.value.trim() || "Your words.").split(/\n\s*\n/);
    lines.replaceChildren(
      ...blocks.map((block) => {
        const paragraph = document.createElement("p");
        block.split("\n").forEach((part, number) => {
          if (number) paragraph.append(document.createElement("br"));
          paragraph.append(part);
        });
        return paragraph;
      }),
    );
  };
  subject.addEventListener("input", show);
  body.addEventListener("input", show);
}
