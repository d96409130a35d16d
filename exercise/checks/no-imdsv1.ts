// Did the program read without a token?

import { count, instant } from "../words.ts";
import { type Check, total } from "./check.ts";

export const noImdsV1: Check = {
  name: "no-imdsv1",
  about: "it read from the metadata service with a token, as IMDSv2 wants it; requests that were refused count, too",
  threshold: "imdsV1Requests",
  isOfTime: false,
  judge({ observation }, allowed) {
    const reads = observation.requests.filter(({ purpose }) => purpose !== "call" && purpose !== "token");
    const without = reads.filter(({ imdsVersion }) => imdsVersion === 1);
    const measured = total(without);
    const [first] = without;
    if (first === undefined)
      return { outcome: "passed", measured, message: `${count(total(reads), "read")}, all with a token` };
    const refused = total(without.filter(({ status }) => status === 401));
    const failed = observation.requests.findLast(({ purpose, at }) => purpose === "token" && at <= first.at);
    const after =
      failed && failed.status !== 200
        ? `, after a request for a token had been answered ${failed.status || "nothing"}`
        : "";
    return {
      outcome: measured <= allowed ? "passed" : "failed",
      measured,
      message: `${count(measured, "request")} without a token (IMDSv1), ${refused === 0 ? "none" : refused} of them refused; the first at ${instant(first.at)}${after}`,
    };
  },
};
