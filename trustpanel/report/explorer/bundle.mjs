// The bundle from src/, and a digest of what it was made from, in vendor/ or in the folder named on the command line.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const folder = process.argv[2] ?? "vendor";
buildSync({
  entryPoints: ["src/main.js"], outfile: join(folder, "explorer.js"), bundle: true, minify: true, format: "iife", target: "es2022", charset: "utf8",
});
const files = readdirSync("src").sort().map((name) => `src/${name}`);
const line = (name) => `${createHash("sha256").update(readFileSync(name)).digest("hex")}  ${name}`;
writeFileSync(join(folder, "sources.sha256"), `${files.map(line).join("\n")}\n`);
