// What goes into the container image? Fills image/, which the Dockerfile copies: the published files and, of the locked packages,
// those that a sidecar needs. The SDK that `mayfly demo` alone has stays out; koffi's binary for the image's system comes in, for the hop limit.

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

const npm = (...words: string[]) =>
  execFileSync("npm", [...words, "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: image,
    stdio: "inherit",
    shell: process.platform === "win32", // where npm is a .cmd file
  });
npm("ci", "--os=linux", "--libc=glibc");
npm("uninstall", "--no-save", "@aws-sdk/client-s3");
