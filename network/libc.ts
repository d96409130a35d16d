// How is the system asked for what Node has no word for? By functions of its C library, through koffi, which is loaded on first use.

import { createRequire } from "node:module";
import type { LibraryHandle } from "koffi";

/** Answers what the function returns; a negative number means that it failed. */
export type SystemCall = (...given: readonly unknown[]) => number;

let loaded: { readonly library: LibraryHandle; readonly errno: () => number } | "missing" | undefined;

function load(): Exclude<typeof loaded, undefined> {
  try {
    const { default: koffi } = createRequire(import.meta.url)("koffi") as typeof import("koffi");
    return { library: koffi.load(null), errno: () => koffi.errno() };
  } catch {
    return "missing";
  }
}

/** The function of this prototype; undefined where koffi has no binary for the system. */
export function systemCall(prototype: string): SystemCall | undefined {
  loaded ??= load();
  return loaded === "missing" ? undefined : (loaded.library.func(prototype) as SystemCall);
}

/** Why the last call failed: a number of <errno.h>. */
export const lastError = (): number => (loaded === undefined || loaded === "missing" ? 0 : loaded.errno());
