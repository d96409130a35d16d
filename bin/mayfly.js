#!/usr/bin/env node
// The entry that any Node can read: an older one is refused in one line before it meets TypeScript.
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const needed = 24;
if (Number(process.versions.node.split(".")[0]) < needed) {
  process.stderr.write(
    `mayfly: needs Node ${needed} or newer, but this is ${process.versions.node}; from a clone run \`npm ci && npm start\`, which brings its own Node\n`,
  );
  process.exit(2);
}
// A third less time from the second start on. Where the folder cannot be written Node goes on without it.
module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/mayfly", import.meta.url)));
// A clone runs the sources as they are; the published package, whose files Node does not strip, runs the compiled ones.
const source = new URL("../cli/main.ts", import.meta.url);
const { main } = await import(existsSync(source) ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
await main(process.argv.slice(2));
