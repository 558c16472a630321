// Bundles the editor into the static files of preau.kernel.richtext, and records of which sources it is made.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const OUT = "../preau/kernel/richtext/static/richtext/editor.js";

await build({
  entryPoints: ["editor/main.js"],
  outfile: OUT,
  bundle: true,
  format: "esm",
  target: ["es2022", "firefox115", "safari16.4", "chrome109"],
  minify: true,
  legalComments: "none",
  banner: { js: "/* Préau's editor. Made of frontend/editor with TipTap and ProseMirror (MIT). Do not edit: make frontend. */" },
});

const sources = ["package-lock.json", "build.mjs", ...readdirSync("editor").sort().map((name) => `editor/${name}`)];
const hash = createHash("sha256");
for (const source of sources) hash.update(`${source}\n`).update(readFileSync(source));
const bundle = readFileSync(OUT);
const record = {
  sources: hash.digest("hex"),
  bundle: createHash("sha256").update(bundle).digest("hex"),
};
writeFileSync("built.json", `${JSON.stringify(record, null, 2)}\n`);
console.log(`editor.js: ${(bundle.length / 1024).toFixed(1)} kB, ${(gzipSync(bundle, { level: 9 }).length / 1024).toFixed(1)} kB gzip`);
