// What must a process do to itself before it becomes a program in a network of its own? Mounts, and giving up the rights that were
// needed for them, asked of the kernel through koffi.

import { getSystemErrorName } from "node:util";
import { NetworkError } from "../failure.ts";
import { lastError, type SystemCall, systemCall } from "../libc.ts";

const BIND = 0x1000;
const [AMBIENT_CAPABILITIES, CLEAR_ALL] = [47, 4];
const [SET_FLAGS, KEPT_ON_EXEC] = [2, 0];
const [SIGPIPE, SIGXFSZ, BY_DEFAULT] = [13, 25, 0];

function needed(prototype: string): SystemCall {
  const call = systemCall(prototype);
  if (call === undefined) throw new NetworkError("ENOSYS", "koffi has no binary for this system");
  return call;
}

function check(result: number, sentence: string): void {
  if (result >= 0) return;
  const code = getSystemErrorName(-lastError());
  throw new NetworkError(code, `${sentence} (${code})`);
}

const mount = (source: string, target: string, type: string | null, flags: number, data: string | null) =>
  check(
    needed(
      "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
    )(source, target, type, flags, data),
    `${target} cannot be covered`,
  );

/** Shows `source` where `target` is, both files or both folders. NetworkError with the system's code. */
export const cover = (source: string, target: string): void => mount(source, target, null, BIND, null);

/** Shows what is in `source` over what is in `target`, both folders, and neither can be written to. */
export const coverPartly = (source: string, target: string): void =>
  mount("overlay", target, "overlay", 0, `lowerdir=${source}:${target}`);

/** A program that is started by this process has no more rights than its user. */
export function giveUpRights(): void {
  check(
    needed("int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)")(
      AMBIENT_CAPABILITIES,
      CLEAR_ALL,
      0,
      0,
      0,
    ),
    "the rights in the namespace cannot be given up",
  );
}

/** Becomes that program, found on the PATH; NetworkError with the system's code when it cannot. */
export function become(program: string, args: readonly string[], environment: Readonly<Record<string, string>>): never {
  const signal = needed("void *signal(int number, uintptr_t handler)");
  for (const number of [SIGPIPE, SIGXFSZ]) signal(number, BY_DEFAULT); // Node ignores them, and a program inherits that
  const control = needed("int fcntl(int descriptor, int command, int flags)");
  for (const descriptor of [0, 1, 2]) control(descriptor, SET_FLAGS, KEPT_ON_EXEC); // Node lets a new program have none
  process.env.PATH = environment.PATH ?? "";
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const execute = needed("int execvpe(const char *file, const char **words, const char **variables)");
  execute(program, [program, ...args, null], [...variables, null]);
  const code = getSystemErrorName(-lastError());
  throw new NetworkError(code, `${program}: ${code === "ENOENT" ? "no such program on the PATH" : code}`);
}
