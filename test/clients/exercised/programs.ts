// How are the services of this folder started, and what does each need?

import { join } from "node:path";
import { GO_EXERCISED, JAVA_EXERCISED, PYTHON, RUST_EXERCISED } from "../software.ts";

/** One program in five languages; its argument is one of WORDS. */
export const LANGUAGES = {
  python: [PYTHON, join(import.meta.dirname, "python/exercised.py")],
  javascript: [process.execPath, join(import.meta.dirname, "javascript/exercised.ts")],
  go: [GO_EXERCISED],
  java: ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", JAVA_EXERCISED, "Exercised"],
  rust: [RUST_EXERCISED],
} as const satisfies Record<string, readonly [string, ...string[]]>;

/** The first renews its keys properly; the others do not. */
export const WORDS = ["good", "forever", "after-failure", "stampede", "imdsv1", "timer"] as const;
