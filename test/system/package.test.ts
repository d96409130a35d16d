// Is what gets published complete? Packed, installed in an empty folder as a user does, and used there: the compiled files with their
// data, the commands, the types.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const scratch = mkdtempSync(join(tmpdir(), "mayfly-package-"));
const folder = join(scratch, "user");
const tarball = join(scratch, `mayfly-${version}.tgz`);

// As in a shell of the user's own: without what npm tells its scripts, and with the Node that runs this first.
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|MAYFLY_|INIT_CWD$)/i.test(name))),
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
};

/** Runs a program to its end; its output. Rejects unless it ends with status 0. */
async function run(cwd: string, ...[name, ...words]: [string, ...string[]]): Promise<string> {
  return (await promisify(execFile)(name, words, { cwd, env })).stdout;
}

beforeAll(async () => {
  mkdirSync(folder);
  await run(root, "npm", "pack", "--pack-destination", scratch);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await run(folder, "npm", "install", tarball, "--prefer-offline", "--no-audit", "--no-fund");
});

afterAll(() => rmSync(scratch, { recursive: true }));

test("it holds the compiled files and nothing of the workshop", async () => {
  const files = (await run(scratch, "tar", "--list", "--gzip", "--file", tarball)).trim().split("\n");
  const own =
    /^package\/((bin|data)\/.+|dist\/.+\.(js|d\.ts)|(LICENSE|NOTICE|README\.md|CHANGELOG\.md|package\.json))$/;
  expect(files.filter((file) => !own.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(["package/dist/index.js", "package/dist/index.d.ts", "package/LICENSE"]),
  );
});

test("npx mayfly --version", async () => {
  expect(await run(folder, "npx", "mayfly", "--version")).toBe(`${version}\n`);
});

test("mayfly up answers on all sides, and SIGTERM ends it with status 0", async () => {
  const anywhere = ["--imds", "--aws", "--control"].flatMap((side) => [side, "127.0.0.1:0"]);
  const mayfly = join(folder, "node_modules/.bin/mayfly");
  const running = spawn(mayfly, ["up", "--json", ...anywhere], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(running, "exit");
  try {
    const [line] = await once(createInterface(running.stdout), "line");
    const { event, imds, control } = JSON.parse(line);
    expect(event).toBe("ready");
    expect(await run(folder, mayfly, "ready", "--control", control)).toBe("ready\n");
    const headers = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
    const token = await (await fetch(`${imds}/latest/api/token`, { method: "PUT", headers })).text();
    const read = async (path: string) =>
      (await fetch(`${imds}/latest/${path}`, { headers: { "x-aws-ec2-metadata-token": token } })).text();
    expect(await read("meta-data/iam/security-credentials/")).toBe("mybucket-access");
    // By keys among the data, and code that is loaded on use.
    expect(await read("dynamic/instance-identity/pkcs7")).toMatch(/^MIAGCSqGSIb3DQEHAqCA/);
    await run(folder, mayfly, "certificates", "--out", "certificates", "--control", control);
    expect(readFileSync(join(folder, "certificates/ca.pem"), "utf8")).toMatch(/^-----BEGIN CERTIFICATE-----/);
  } finally {
    running.kill("SIGTERM");
  }
  expect(await ended).toEqual([0, null]);
});

test("npx mayfly demo plays its story with a real SDK", async () => {
  const told = await run(folder, "npx", "mayfly", "demo", "--pace", "0");
  expect(told).toContain("HTTP 400 ExpiredToken: The provided token has expired.");
  expect(told).toContain("GetObject mybucket/greeting.txt  written with keys that nobody typed");
});

test("a program imports it, with types", async () => {
  const program = `import { type Simulation, simulate } from "mayfly";
    await using simulation: Simulation = await simulate({ speed: 0 });
    const { instances } = await simulation.state();
    process.stdout.write(String(instances[0]?.role));`;
  writeFileSync(join(folder, "program.ts"), program);
  expect(await run(folder, "node", "program.ts")).toBe("mybucket-access");
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  const strict =
    "--noEmit --strict --skipLibCheck false --module nodenext --target es2024 --lib es2024,esnext --types node";
  await run(folder, join(root, "node_modules/.bin/tsc"), ...strict.split(" "), "program.ts");
});

test("a test suite imports what is for it, with types, where it has those packages", async () => {
  for (const name of ["vitest", "testcontainers"]) {
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  const suite = `import { MayflyContainer, type StartedMayflyContainer } from "mayfly/testcontainers";
    import { test } from "mayfly/vitest";
    import { started, expect } from "./own.ts";
    test("of a user", async ({ simulation, clock }) => {
      await clock.advance("7h");
      expect((await simulation.state()).roles).toEqual(["mybucket-access"]);
      started satisfies (container: MayflyContainer) => Promise<StartedMayflyContainer>;
    });`;
  const own = `import type { MayflyContainer } from "mayfly/testcontainers";
    export { expect } from "vitest";
    export const started = (container: MayflyContainer) => container.start();`;
  writeFileSync(join(folder, "suite.test.ts"), suite);
  writeFileSync(join(folder, "own.ts"), own);
  expect(await run(folder, "npx", "vitest", "run")).toContain("1 passed");
  const strict = "--noEmit --strict --skipLibCheck --module nodenext --target es2024 --lib es2024,esnext --types node";
  const erased = "--allowImportingTsExtensions";
  await run(folder, join(root, "node_modules/.bin/tsc"), ...strict.split(" "), erased, "suite.test.ts");
});
