// How are the services of this folder started, and what does each need?

import { join } from "node:path";
import { GO_EXERCISED, JAVA_EXERCISED, PYTHON, RUST_EXERCISED } from "../software.ts";

/** One program in five languages; its argument is a word. */
export const LANGUAGES = {
  python: [PYTHON, join(import.meta.dirname, "python/exercised.py")],
  javascript: [process.execPath, join(import.meta.dirname, "javascript/exercised.ts")],
  go: [GO_EXERCISED],
  java: ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", JAVA_EXERCISED, "Exercised"],
  rust: [RUST_EXERCISED],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type Language = keyof typeof LANGUAGES;
export const NAMES = Object.keys(LANGUAGES) as Language[];

/** `good` renews its keys properly; the others do not. */
export type Word = "good" | "forever" | "after-failure" | "stampede" | "imdsv1" | "timer";
