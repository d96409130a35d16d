// How do tests run a program by `mayfly exec --isolated`? As root of a user namespace, or as an ordinary user there, whoever runs the
// tests: an ordinary user has no rights at all.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { type Ended, endOf, type Up } from "../cli/running.ts";
import { ROOT } from "../clients/software.ts";
import type { Need } from "../requires.ts";

export const namespaces: Need = () => {
  const { status, stderr } = spawnSync("unshare", ["-rnm", "ip", "link"], { encoding: "utf8" });
  return status === 0 ? undefined : `\`unshare -rnm ip link\` does not work here: ${stderr}`;
};

const USERS = { root: ["--map-root-user"], user: ["--map-user=1000", "--map-group=1000"] } as const;

export interface Isolated {
  readonly as?: keyof typeof USERS;
  readonly instance?: string;
  /** Instead of an instance: `["--task", "web"]`. */
  readonly place?: readonly string[];
  /** Further options of `mayfly exec`. */
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

/** Starts it with no AWS setting in its environment. */
export function startIsolated(
  { urls }: Pick<Up, "urls">,
  words: readonly string[],
  isolated: Isolated = {},
): ChildProcess {
  const { as = "user", place = ["--instance", isolated.instance ?? "demo"], options = [] } = isolated;
  const { env = {}, cwd = ROOT, input } = isolated;
  const mayfly = [process.execPath, join(ROOT, "bin/mayfly.js")];
  const exec = ["exec", "--isolated", "--control", urls.control, ...place, ...options, "--", ...words];
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|MAYFLY_|npm_|INIT_CWD|NODE_OPTIONS)|_CA_|SSL_CERT/.test(name),
  );
  const child = spawn("unshare", [...USERS[as], ...mayfly, ...exec], {
    cwd,
    env: { ...Object.fromEntries(own), ...env },
  });
  child.stdin.on("error", () => {}).end(input ?? "");
  return child;
}

/** Runs it to its end. */
export const runIsolated = (...given: Parameters<typeof startIsolated>): Promise<Ended> =>
  endOf(startIsolated(...given));
