// The page of signing in, as a browser without scripts uses it: forms, and what they answer.

import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";

const PASSWORD = "Correct-horse-1 <&>";
const FORM = "application/x-www-form-urlencoded";

let simulation: Simulation;
beforeAll(async () => {
  const alice = { password: PASSWORD, mfa: true, passwordResetRequired: true } as const;
  const users = { alice: { ...alice, managedPolicies: ["IAMUserChangePassword"] } };
  simulation = await simulate({ speed: 0, configuration: { users } });
});
afterAll(() => simulation.close());

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask({ path = "/sign-in", method = "GET", headers = {}, body }: Asked) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status?: number;
    headers: NodeJS.Dict<string | string[]>;
    text: string;
  }>();
  const sent = request(`${simulation.urls.control}${path}`, { method, headers, agent: false }, async (response) => {
    const text = Buffer.concat(await response.toArray()).toString();
    resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
  });
  sent.on("error", reject).end(body);
  return promise;
}
const submit = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  ask({ method: "POST", headers: { "content-type": FORM, ...headers }, body: String(new URLSearchParams(fields)) });
const hidden = (text: string) => /name="ticket" value="([^"]+)"/.exec(text)?.[1] ?? "";
const titleOf = (text: string) => /<h1>(.*)<\/h1>/.exec(text)?.[1];

test("is a form that needs no script and takes nothing from elsewhere", async () => {
  const { status, headers, text } = await ask({});
  expect([status, titleOf(text)]).toEqual([200, "Sign in as IAM user"]);
  expect(headers["content-security-policy"]).toBe(
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  expect(headers["cache-control"]).toBe("no-store");
  expect(text).not.toMatch(/<script| style=| on\w+=/);
  const style = await ask({ path: "/sign-in/style.css" });
  expect([style.status, style.headers["content-type"]]).toEqual([200, "text/css; charset=utf-8"]);
});

test("leads from the password by the code and a new password to the credentials, and repeats no password", async () => {
  const code = await submit({ userName: "alice", password: PASSWORD });
  expect([code.status, titleOf(code.text)]).toEqual([200, "Multi-factor authentication"]);
  const { code: mfaCode } = await simulation.mfaCode("alice");
  const change = await submit({ ticket: hidden(code.text), mfaCode });
  expect([change.status, titleOf(change.text)]).toEqual([200, "Change password"]);
  expect(change.text).toContain("You must change your password to continue.");
  const weak = await submit({ ticket: hidden(change.text), newPassword: "weak-one" });
  expect(weak.text).toContain('<p role="alert">Password does not conform to the account password policy.</p>');
  const done = await submit({ ticket: hidden(weak.text), newPassword: "Battery-staple-2" });
  expect([done.status, titleOf(done.text)]).toEqual([200, "Signed in"]);
  expect(done.text).toContain("<dt>With MFA</dt><dd>yes</dd>");
  expect(done.text).toMatch(/export AWS_ACCESS_KEY_ID=&#39;ASIA[A-Z2-7]{16}&#39;/);
  for (const { text } of [code, change, weak, done]) expect(text).not.toMatch(/Correct-horse|weak-one|Battery-staple/);
});

test("says what AWS's page says to who is wrong, and shows the form again", async () => {
  const { status, text } = await submit({ userName: "<script>", password: "x" });
  expect(status).toBe(401);
  expect(text).toContain('<p role="alert">Your authentication information is incorrect. Please try again.</p>');
  expect(text).not.toContain("<script>");
});

describe("is for no page of somebody else's", () => {
  const fields = { userName: "alice", password: PASSWORD };
  test.each<[string, Record<string, string>, number]>([
    ["another origin", { origin: "http://evil.example" }, 403],
    ["an origin that is kept secret", { origin: "null" }, 403],
    ["another Host", { host: "evil.example" }, 421],
    ["a text that is no form", { "content-type": "text/plain" }, 415],
  ])("%s", async (_, headers, status) => expect((await submit(fields, headers)).status).toBe(status));

  test("its own is let in", async () => {
    const { status } = await submit({ userName: "nobody", password: "x" }, { origin: simulation.urls.control });
    expect(status).toBe(401);
  });

  test.each([
    ["a form that is too large", { userName: "a", password: "x".repeat(20_000) }, 413],
    ["a field that is none", { userName: "a", password: "x", more: "1" }, 400],
  ])("%s is refused", async (_, form, status) => expect((await submit(form)).status).toBe(status));
});
