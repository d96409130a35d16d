// mayfly ready: does a running Mayfly answer on all sides? For health checks that can only run a program.

import { Command } from "commander";
import { isReady } from "../index.ts";
import { type ControlOptions, controlUrl, print, withAnswer } from "./options.ts";

export function readyCommand(): Command {
  return withAnswer(
    new Command("ready").description("for health checks: exit status 0 when every listener answers, 1 when not"),
  ).action(async (options: ControlOptions) => {
    const ready = await isReady(controlUrl(options));
    print(options.json, { ready }, () => (ready ? "ready" : "not ready yet"));
    if (!ready) process.exitCode = 1;
  });
}
