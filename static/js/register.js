// Keeps each mark of a register on this phone until the portal has it: ids and marks, no names, no
// notes. Without this file the register is a form like any other. Times are the portal's, never ours.
const { who, send, worker, signIn } = document.querySelector("script[data-who]").dataset;
const KEY = `marks:${who}`;
const RETRY = 20000;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const marks = (number) => (number === 1 ? "1 mark" : `${number} marks`);
const them = (number) => (number === 1 ? "It is" : "They are");
const form = one("form[data-register]");
let trouble = "";
let sending = null;
let again = false;
let timer;

// What is kept

const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || [];
  } catch {
    return [];
  }
};
const keep = (queue) => {
  try {
    if (queue.length) localStorage.setItem(KEY, JSON.stringify(queue));
    else localStorage.removeItem(KEY);
  } catch {
    trouble = "This phone keeps nothing: press Save register while there is signal.";
  }
};
// A line tapped twice waits as one mark, even where the first may have been sent already.
const number = () => new Set(kept().map((mark) => mark.line)).size;
const newKey = () =>
  crypto.randomUUID?.() ??
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

// What the bar says

const say = (state, words, link) => {
  let bar = one("[data-sync]");
  if (!bar) {
    if (state === "ok") return;
    bar = document.createElement("div");
    bar.className = "sync";
    bar.dataset.sync = "";
    const text = document.createElement("p");
    text.className = "wrap";
    text.setAttribute("role", "status");
    text.dataset.syncText = "";
    bar.append(text);
    one("main").prepend(bar);
  }
  bar.dataset.state = state;
  const text = one("[data-sync-text]", bar);
  if (text.textContent.trim() === [words, link?.textContent].filter(Boolean).join(" ")) return;
  text.replaceChildren(words, ...(link ? [" ", link] : []));
};
const linkTo = (address, words) => {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = words;
  return link;
};
const show = () => {
  const waiting = number();
  if (trouble) say("wait", trouble, form && linkTo(location.pathname, "Look at the register again"));
  else if (waiting) say("wait", `${marks(waiting)} to send. ${them(waiting)} safe on this phone.`);
  else say("ok", form?.dataset.sent ? "Every mark is sent." : "Each mark is sent as you tap it.");
};
const noSignal = () => {
  const waiting = number();
  const why = navigator.onLine ? "The portal does not answer." : "No signal.";
  const words = waiting ? `${marks(waiting)} not sent yet. ${them(waiting)} safe on this phone, and` : "What you tap";
  const verb = waiting === 1 ? "goes" : waiting ? "go" : "is kept on this phone, and goes";
  say("wait", `${why} ${words} ${verb} when it can.`);
};
const somebodyElse = () => say("wait", "Somebody else is signed in on this phone now. Your marks stay on it, and go when you sign in again.");
const signedOut = () => {
  const waiting = number();
  const back = `${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
  const link = linkTo(back, waiting ? `Sign in again to send ${marks(waiting)}.` : "Sign in again.");
  if (notesTyped()) link.target = "_blank";
  say("wait", waiting ? `You are signed out. ${them(waiting)} safe on this phone.` : "You are signed out.", link);
};

// Sending

// Who is signed in, and a new token for the forms of this page; null for nobody.
const tokens = () => all("[name=csrfmiddlewaretoken]");
const ask = async () => {
  const reply = await fetch(send, { redirect: "manual", signal: AbortSignal.timeout(15000) });
  if (reply.type === "opaqueredirect") return null;
  if (!reply.ok) throw reply;
  const state = await reply.json();
  for (const input of tokens()) input.value = state.token;
  return state.who;
};
const post = (queue) =>
  fetch(send, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(15000),
    headers: { "Content-Type": "application/json", "X-CSRFToken": tokens()[0]?.value ?? "" },
    body: JSON.stringify({ who, marks: queue }),
  });
// One sending at a time; whoever asks meanwhile waits for the one that follows it.
const flush = () => {
  if (sending) again = true;
  sending ??= (async () => {
    do {
      again = false;
      await sendOnce();
    } while (again);
  })().finally(() => {
    sending = null;
  });
  return sending;
};
const sendOnce = async () => {
  const queue = kept().map((mark) => ({ ...mark, tried: true }));
  if (!queue.length) return show();
  clearTimeout(timer);
  keep(queue);
  say("wait", `Sending ${marks(number())}.`);
  try {
    let reply = await post(queue);
    // The token of this page is too old, or its sign-in is: ask which.
    const there = reply.ok ? who : await ask();
    if (there === who && !reply.ok) reply = await post(queue);
    if (!there) signedOut();
    else if (there !== who) somebodyElse();
    else if (reply.ok) took((await reply.json()).answers);
    else throw reply;
  } catch {
    noSignal();
    timer = setTimeout(flush, RETRY);
  }
};
const took = (answers) => {
  const known = new Set(answers.map((answer) => answer.key));
  const stands = new Map(answers.filter((answer) => /kept|same/.test(answer.outcome)).map((answer) => [answer.line, answer.version]));
  const left = kept().filter((mark) => !known.has(mark.key));
  keep(left.map((mark) => (stands.has(mark.line) ? { ...mark, seen: stands.get(mark.line) } : mark)));
  const refused = answers.filter((answer) => answer.outcome === "refused");
  const differ = answers.filter((answer) => answer.outcome === "differs");
  trouble = "";
  if (refused.length) trouble = `${marks(refused.length)} not taken. ${refused[0].words}`;
  if (differ.length) trouble = `${marks(differ.length)} said otherwise before. Nothing was overwritten. ${differ[0].words}`;
  if (form) {
    form.dataset.sent = "yes";
    for (const answer of answers) stand(answer);
    tell({ who, again: location.pathname });
  }
  show();
  if (left.length) timer = setTimeout(flush, RETRY);
};

// The register on this page

const line = (id) => one(`[data-line="${id}"]`, form);
const hidden = (name, id) => one(`[name="${name}_${id}"]`, form);
const count = () => {
  const marked = one("[data-marked]");
  if (marked) marked.textContent = all(".seg :checked", form).length;
};
// A class is one line, known by its register's own name; its mark is 28, or 28/27 who joined in.
const heads = form ? all("[data-heads]", form) : [];
const choose = (id, mark) => {
  const numbers = mark.split("/");
  heads.forEach((input, place) => (input.value = numbers[place] ?? ""));
  for (const radio of all(".seg input", line(id))) radio.checked = radio.value === mark;
};
const stand = (answer) => {
  if (!line(answer.line) || answer.outcome === "refused") return;
  hidden("seen", answer.line).value = answer.version;
  hidden("was", answer.line).value = answer.mark;
  if (kept().some((mark) => mark.line === answer.line)) return;
  choose(answer.line, answer.mark);
  if (answer.outcome === "differs") {
    const words = document.createElement("p");
    words.className = "callout mt-4";
    words.textContent = answer.words;
    one("[data-differs]", line(answer.line)).replaceChildren(words);
  }
  count();
};
const wait = (marked) => {
  let queue = kept();
  for (const [id, mark] of marked) {
    queue = queue.filter((each) => each.line !== id || each.tried);
    queue.push({ key: newKey(), ref: form.dataset.register, line: id, mark, seen: Number(hidden("seen", id).value) });
  }
  keep(queue);
  count();
  flush();
};
const tapped = (radios) => wait(radios.map((radio) => [Number(radio.closest("[data-line]").dataset.line), radio.value]));
const counted = () => {
  const mark = heads.map((input) => input.value.trim()).join("/").replace(/\/$/, "");
  const id = form.dataset.register;
  if (/^[1-9]\d*(\/\d+)?$/.test(mark)) wait([[id, mark]]);
};
const notesTyped = () =>
  form && all("textarea, input[type=text]:not([data-heads])", form).some((typed) => typed.value !== typed.defaultValue);
const restore = () => {
  for (const mark of kept()) if (mark.ref === form.dataset.register && line(mark.line)) choose(mark.line, mark.mark);
  count();
};
// What was tapped or typed before this file ran, on a slow line, waits like any other mark.
const tappedEarly = () => {
  const known = new Set(kept().map((mark) => mark.line));
  const early = all(".seg :checked", form).filter((radio) => !radio.defaultChecked);
  const fresh = early.filter((radio) => !known.has(Number(radio.closest("[data-line]").dataset.line)));
  if (fresh.length) tapped(fresh);
  if (!known.has(form.dataset.register) && heads.some((input) => input.value !== input.defaultValue)) counted();
};
const takeRegister = () => {
  tappedEarly();
  restore();
  one("[data-about-notes]").hidden = false;
  form.addEventListener("change", (event) => {
    if (event.target.matches(".seg input")) tapped([event.target]);
    else if (heads.includes(event.target)) counted();
  });
  one("[data-all]", form)?.addEventListener("click", (event) => {
    event.preventDefault();
    choose(form.dataset.register, event.currentTarget.dataset.all);
    counted();
  });
  const rest = one("[data-rest]");
  if (rest) {
    rest.hidden = false;
    rest.addEventListener("click", () => {
      const open = all(".pupil:not([data-told])", form).filter((each) => one(".seg", each) && !one(".seg :checked", each));
      const here = open.map((each) => one("[value=present]", each));
      for (const radio of here) radio.checked = true;
      if (here.length) tapped(here);
    });
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await flush();
    try {
      const there = await ask();
      if (there !== who) return there ? somebodyElse() : signedOut();
    } catch {
      noSignal();
      if (notesTyped()) say("wait", "No signal. Marks are safe on this phone, a note is not: leave this page open, and press Save register again.");
      return;
    }
    if (!kept().length && !trouble) form.submit();
  });
};

// Signing out, and the worker that opens registers without signal

const tell = (words) => navigator.serviceWorker?.ready.then(({ active }) => active.postMessage(words));
const signOut = async (event) => {
  event.preventDefault();
  await flush();
  const waiting = number();
  const words = `${marks(waiting)} not sent yet. If you sign out now, this phone forgets ${waiting === 1 ? "it" : "them"}. Sign out all the same?`;
  if (waiting && !confirm(words)) return;
  keep([]);
  tell({ forget: true });
  event.target.submit();
};
const start = () => {
  if (form && one("[data-sync]")) takeRegister();
  for (const leaving of all('form[action$="/logout/"]')) leaving.addEventListener("submit", signOut);
  addEventListener("online", flush);
  addEventListener("offline", noSignal);
  addEventListener("pageshow", (event) => event.persisted && flush());
  document.addEventListener("visibilitychange", () => document.hidden || flush());
  navigator.serviceWorker?.register(worker, { scope: "/" }).catch(() => {});
  tell({ who, fresh: Boolean(one("[data-day]")) });
  flush();
};
const atTheDoor = () => {
  const waiting = Object.keys(localStorage)
    .filter((key) => key.startsWith("marks:"))
    .reduce((sum, key) => sum + new Set(JSON.parse(localStorage[key]).map((mark) => mark.line)).size, 0);
  if (waiting) say("wait", `${marks(waiting)} not sent yet. ${them(waiting)} safe on this phone, and ${waiting === 1 ? "goes" : "go"} when whoever made ${waiting === 1 ? "it" : "them"} signs in.`);
};

if (who) start();
else atTheDoor();
