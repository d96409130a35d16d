// Did the program give up keys that were alive, because it got no new ones?

import { instant, span } from "../words.ts";
import type { Check } from "./check.ts";

export const noEarlyStop: Check = {
  name: "no-early-stop",
  about:
    "while it asked for new keys without success, it went on calling with those that it had, as long as they lived",
  threshold: "stoppedSeconds",
  isOfTime: true,
  judge({ observation: { longestStop } }, allowed) {
    if (longestStop === undefined) {
      return { outcome: "passed", measured: 0, message: "no call was given up while its keys were alive" };
    }
    const { from, until, accessKeyId, expiresAt } = longestStop;
    const measured = (until - from) / 1000;
    const message = `asked for new keys without success for ${span(until - from)} from ${instant(from)}, and called nobody meanwhile, although ${accessKeyId} lived until ${instant(expiresAt)}`;
    return { outcome: measured <= allowed ? "passed" : "failed", measured, message };
  },
};
