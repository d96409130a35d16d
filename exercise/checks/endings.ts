// How did the program end: did it hang, and with which status?

import { instant, span } from "../words.ts";
import { type Check, lastOf } from "./check.ts";

export const noHang: Check = {
  name: "no-hang",
  about: "it went on asking or calling until its end; a wait on a timer that cannot be moved is named, and is no hang",
  isOfTime: true,
  judge({ observation }) {
    const { ending, endedAt, requests, beganAt } = observation;
    if (ending.kind !== "hung") return { outcome: "passed", message: "it went on until its end" };
    const last = requests.reduce((latest, request) => Math.max(latest, lastOf(request)), beganAt);
    const what =
      requests.length === 0 ? "it never asked anybody for anything" : `its last request came at ${instant(last)}`;
    return { outcome: "failed", message: `hung: ${what}, and the run gave it up ${span(endedAt - last)} later` };
  },
};

export const exitStatus: Check = {
  name: "exit-status",
  about: "it did not end by itself with a status other than 0",
  isOfTime: true,
  judge({ observation }) {
    const { ending, beganAt, endedAt } = observation;
    switch (ending.kind) {
      case "asked":
        return {
          outcome: "passed",
          message: ending.wasKilled
            ? "did not end on SIGTERM, and was killed"
            : `ended on SIGTERM with status ${ending.exitCode}`,
        };
      case "early": {
        const message = `ended by itself with status ${ending.exitCode} after ${span(endedAt - beganAt)}`;
        return { outcome: ending.exitCode === 0 ? "passed" : "failed", measured: ending.exitCode, message };
      }
      default:
        return { outcome: "skipped", message: "it did not end by itself, and was not asked to" };
    }
  },
};
