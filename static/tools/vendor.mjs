// Copies third-party fonts and icons into static/, with their licences and a lock of hashes.
// For maintainers: `npm install && npm run vendor` in this folder, then `manage.py join_sprites`.
import fs from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";

const here = path.dirname(new URL(import.meta.url).pathname);
const out = path.join(here, "..");
const packages = process.argv[2] || path.join(here, "node_modules");
const icons = fs.readFileSync(path.join(here, "icons.txt"), "utf8").trim().split(/\s+/);

const faces = [
  ["bricolage-grotesque", "bricolage"],
  ["atkinson-hyperlegible-next", "atkinson-next"],
];
const copies = [
  ...faces.flatMap(([from, to]) => [
    [`@fontsource-variable/${from}/files/${from}-latin-wght-normal.woff2`, `fonts/${to}.woff2`],
    [`@fontsource-variable/${from}/files/${from}-latin-ext-wght-normal.woff2`, `fonts/${to}-ext.woff2`],
    [`@fontsource-variable/${from}/LICENSE`, `fonts/LICENSE-${to}.txt`],
  ]),
  ["lucide-static/LICENSE", "icons/LICENSE.txt"],
  ...icons.map((icon) => [`lucide-static/icons/${icon}.svg`, `icons/${icon}.svg`]),
];

const lock = {};
for (const [from, to] of copies) {
  const bytes = fs.readFileSync(path.join(packages, from));
  const target = path.join(out, to);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, bytes);
  lock[to] = createHash("sha256").update(bytes).digest("hex");
}
fs.writeFileSync(path.join(out, "vendor.lock.json"), JSON.stringify(lock, null, 1) + "\n");
console.log(`${copies.length} files vendored`);
