// What goes into the container image? Fills image/, which the Dockerfile copies: the published files and, of the locked packages,
// those that a sidecar needs. Optional ones stay out: the SDKs of `mayfly demo`, and koffi's binaries for moving a client's clock.

import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const image = join(root, "image");
const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: readonly string[] };

rmSync(image, { recursive: true, force: true });
for (const file of ["package.json", "package-lock.json", "LICENSE", ...files]) {
  cpSync(join(root, file), join(image, file), { recursive: true });
}
execFileSync("npm", ["ci", "--omit=dev", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"], {
  cwd: image,
  stdio: "inherit",
  shell: process.platform === "win32", // where npm is a .cmd file
});
