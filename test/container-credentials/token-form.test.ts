// What golang-jwt 5.2.2 itself said of these tokens, in the agent's sentences; and times to the second.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tokenFormFault } from "../../container-credentials/eks/token-form.ts";

const NOW = Date.UTC(2026, 10, 25);
const said: [token: string, fault: string][] = JSON.parse(
  readFileSync(join(import.meta.dirname, "golang-jwt.json"), "utf8"),
);

test.each(said)("%s", (token, fault) => {
  expect(tokenFormFault(token, NOW) ?? "").toBe(fault);
});

test("no token", () => {
  expect(tokenFormFault("", NOW)).toBe("Service account token cannot be empty");
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
test.each([
  ["in its last millisecond", { exp: NOW / 1000 }, NOW - 1, undefined],
  ["expired", { exp: NOW / 1000 }, NOW, "token is expired"],
  ["a millisecond too early", { nbf: NOW / 1000 }, NOW - 1, "token is not valid yet"],
  ["from its first instant on", { nbf: NOW / 1000 }, NOW, undefined],
])("%s", (_, claims, at, fault) => {
  const token = `${part({ alg: "RS256" })}.${part(claims)}.c2lnbmF0dXJl`;
  expect(tokenFormFault(token, at)).toBe(fault && `Service account token failed basic claim validations: ${fault}`);
});
