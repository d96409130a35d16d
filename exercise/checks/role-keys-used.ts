// Did the program use its role at all?

import type { SeenRequest } from "../observation.ts";
import { count, list } from "../words.ts";
import { type Check, total } from "./check.ts";

/** AWS did not take the caller for who it says it is: its clock is off, or the signature is wrong. */
const UNBELIEVED = ["RequestTimeTooSkewed", "SignatureDoesNotMatch", "AuthFailure"];
const isUnbelieved = ({ errorCode = "" }: SeenRequest) => UNBELIEVED.includes(errorCode);

export const roleKeysUsed: Check = {
  name: "role-keys-used",
  about: "it signed calls with the keys of its instance's role, and AWS took the signature of one at least",
  isOfTime: true,
  judge({ calls, asks, lives }) {
    const signed = calls.filter(({ accessKeyId = "" }) => lives.has(accessKeyId));
    const sets = new Set(signed.map(({ accessKeyId }) => accessKeyId));
    const measured = total(signed);
    if (measured > 0 && signed.every(isUnbelieved)) {
      const codes = list([...new Set(signed.map(({ errorCode = "" }) => errorCode))]);
      return { outcome: "failed", measured, message: `each of its ${count(measured, "call")} was refused: ${codes}` };
    }
    if (measured > 0) {
      return {
        outcome: "passed",
        measured,
        message: `${count(measured, "call")} with ${count(sets.size, "set")} of keys`,
      };
    }
    return { outcome: "failed", measured, message: `signed no call with its role's keys: ${why(total(asks))}` };

    function why(asked: number): string {
      const strangers = new Set(calls.map(({ accessKeyId }) => accessKeyId ?? "no key"));
      if (strangers.size > 0) return `signed ${count(total(calls), "call")} with ${list([...strangers])}`;
      if (asked === 0) return "it asked neither the metadata service nor AWS for anything";
      const served = [...lives.keys()];
      if (served.length > 0) return `it was served ${list(served)}, and called nobody`;
      return `${count(asked, "request")} to the metadata service, which served no keys`;
    }
  },
};
