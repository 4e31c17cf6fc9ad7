// Opens a teacher's day, and the registers of today and tomorrow, where there is no signal. What is
// newer always wins: the network is asked first. Each page kept is forgotten when its day has passed
// by the portal's clock, when somebody else signs in, and on signing out. KEPT stands before this.
const SHELL = "shell";
const PATIENCE = 6000; // a basement's signal may neither come nor go

const stamped = (reply, until, ahead) => {
  const headers = new Headers(reply.headers);
  headers.set("x-until", until);
  headers.set("x-ahead", ahead); // how far the portal's clock is before this phone's
  return new Response(reply.body, { headers });
};
const isOver = (reply) => Date.now() + Number(reply.headers.get("x-ahead")) > Number(reply.headers.get("x-until"));
const ofSomebody = async () => (await caches.keys()).filter((name) => name !== SHELL);
const forget = async () => Promise.all((await ofSomebody()).map((name) => caches.delete(name)));

const fillShell = async () => {
  const cache = await caches.open(SHELL);
  const wanted = [...KEPT.shell, KEPT.offline];
  // Without a sign-in: what everybody shares names nobody.
  await Promise.all(wanted.map(async (url) => cache.put(url, await fetch(url, { credentials: "omit" }))));
  for (const { url } of await cache.keys()) if (!wanted.includes(new URL(url).pathname)) await cache.delete(url);
};
const put = async (cache, url, until, ahead) => {
  const reply = await fetch(url, { redirect: "manual" });
  if (reply.ok) await cache.put(url, stamped(reply, until, ahead));
};
const keep = async ({ who, fresh, again }) => {
  for (const name of await ofSomebody()) if (name !== who) await caches.delete(name);
  const cache = await caches.open(who);
  const before = again && (await cache.match(again));
  if (before) return put(cache, again, before.headers.get("x-until"), before.headers.get("x-ahead"));
  for (const key of await cache.keys()) if (isOver(await cache.match(key))) await cache.delete(key);
  if (!fresh && (await cache.keys()).length) return;
  const reply = await fetch(KEPT.send, { redirect: "manual" });
  const state = reply.ok && (await reply.json());
  if (!state || state.who !== who) return;
  const wanted = state.keep.map((each) => each.url);
  for (const { url } of await cache.keys()) if (!wanted.includes(new URL(url).pathname)) await cache.delete(url);
  const ahead = state.now - Date.now();
  await Promise.all(state.keep.map(({ url, until }) => put(cache, url, until, ahead)));
};
const find = async ({ pathname, search }) => {
  for (const name of await ofSomebody()) {
    const cache = await caches.open(name);
    const reply = await cache.match(pathname + search);
    if (reply && !isOver(reply)) return { cache, reply };
    if (reply) await cache.delete(pathname + search);
  }
};
const late = () => new Promise((_, fail) => setTimeout(fail, PATIENCE));
const page = async (request, url) => {
  const kept = await find(url);
  try {
    const reply = await (kept ? Promise.race([fetch(request), late()]) : fetch(request));
    if (kept && reply.status >= 500) return kept.reply;
    if (kept && reply.ok) {
      const { headers } = kept.reply;
      await kept.cache.put(url.pathname + url.search, stamped(reply.clone(), headers.get("x-until"), headers.get("x-ahead")));
    }
    return reply;
  } catch {
    return kept?.reply ?? (await caches.match(KEPT.offline)) ?? Response.error();
  }
};
const file = (request) => fetch(request).catch(async () => (await caches.match(request, { ignoreSearch: true })) ?? Response.error());

addEventListener("install", (event) => event.waitUntil(fillShell().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil((event.data.forget ? forget() : keep(event.data)).catch(() => {})));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (KEPT.shell.includes(url.pathname)) event.respondWith(file(request));
});
