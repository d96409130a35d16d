// IMDS forgets tokens before their time, as after a restart of the service.

import { LRUCache } from "lru-cache";
import { parseDuration } from "../../clock/duration.ts";
import { type ImdsTokens, mintedAt } from "../../signing/imds-tokens.ts";
import { faultKind, IMDS } from "../fault.ts";
import { duration } from "../values.ts";

/** Of the tokens that are minted in the very millisecond in which the fault began. */
const KEPT = 10_000;

export const revokedTokens = faultKind({
  name: "revoked-tokens",
  summary: "answers 401 to tokens of IMDSv2 before their time is over",
  faces: IMDS,
  parameters: {
    lifetime: duration("How long a token works; unless given, those from before the fault do not").exactOptional(),
  },
  act({ lifetime }, beganAt) {
    const minted = new LRUCache<string, true>({ max: KEPT });
    const isRevoked = (token: string, at: number) =>
      lifetime === undefined
        ? mintedAt(token) <= beganAt && !minted.has(token)
        : at >= mintedAt(token) + parseDuration(lifetime);
    return {
      tokens: (tokens) => withoutRevoked(tokens, isRevoked, (token, at) => at === beganAt && minted.set(token, true)),
    };
  },
});

/** On a clock that stands still, tokens of the very instant at which the fault began are told apart by who saw them minted. */
function withoutRevoked(
  tokens: ImdsTokens,
  isRevoked: (token: string, at: number) => boolean,
  onMinted: (token: string, at: number) => void,
): ImdsTokens {
  return {
    mint(instanceId, ttlSeconds, at) {
      const token = tokens.mint(instanceId, ttlSeconds, at);
      onMinted(token, at);
      return token;
    },
    secondsLeft(token, instanceId, at) {
      const left = tokens.secondsLeft(token, instanceId, at);
      return left === undefined || isRevoked(token, at) ? undefined : left;
    },
  };
}
