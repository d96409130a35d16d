// Did the program read without a token?

import type { SeenRequest } from "../observation.ts";
import { count, instant } from "../words.ts";
import { type Check, lastOf, MINUTE_MILLISECONDS, total } from "./check.ts";

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
    const hadFailed = observation.requests.some((request) => isFailedToken(request) && isShortlyBefore(request, first));
    const after = hadFailed ? ", after a request for a token had failed" : "";
    return {
      outcome: measured <= allowed ? "passed" : "failed",
      measured,
      message: `${count(measured, "request")} without a token (IMDSv1), ${refused === 0 ? "none" : refused} of them refused; the first at ${instant(first.at)}${after}`,
    };
  },
};

const isFailedToken = ({ purpose, status }: SeenRequest) => purpose === "token" && status !== 200;

const isShortlyBefore = (request: SeenRequest, { at }: SeenRequest) =>
  request.at <= at && lastOf(request) >= at - MINUTE_MILLISECONDS;
