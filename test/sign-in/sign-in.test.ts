// Signing in to a whole simulation: what comes of a name, a password and a code, and what is kept of them.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  GetUserCommand,
  IAMClient,
  ListVirtualMFADevicesCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SignInReport, SignInRequest, Simulation, WrittenConfiguration } from "../../index.ts";
import { simulate } from "../../index.ts";

const AT = Date.parse("2026-11-24T12:00:00Z");
const PASSWORD = "Correct-horse-1";
const NEXT = "Battery-staple-2";
const WRONG = { status: 401, message: "Your authentication information is incorrect. Please try again." };
const allow = (Action: string, Condition?: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource: "*", ...(Condition && { Condition }) }],
});
const withMfa = { Bool: { "aws:MultiFactorAuthPresent": "true" } };

const configuration: WrittenConfiguration = {
  users: {
    admin: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 },
    bob: { password: PASSWORD, policies: { own: allow("iam:GetUser", withMfa) } },
    alice: { password: PASSWORD, mfa: true, policies: { own: allow("iam:GetUser", withMfa) } },
    carol: { password: PASSWORD, passwordResetRequired: true, policies: { own: allow("iam:ChangePassword") } },
    dave: { password: PASSWORD, passwordResetRequired: true },
    nopassword: {},
  },
};

let simulation: Simulation;
/** Each test from another address, so that none waits for what another has guessed. */
let address = 0;
beforeAll(async () => {
  simulation = await simulate({ startAt: AT, speed: 0, configuration });
});
beforeEach(async () => {
  address++;
  await simulation.reset();
  await simulation.clock.advance("10m");
});
afterAll(() => simulation.close());

const signIn = (request: SignInRequest) => simulation.signIn(request, `10.0.0.${address}`);
const code = async (user: string) => (await simulation.mfaCode(user)).code;
type Step<Name extends SignInReport["step"]> = Extract<SignInReport, { readonly step: Name }>;

async function signedIn(request: SignInRequest): Promise<Step<"signed-in">> {
  const report = await signIn(request);
  expect(report.step).toBe("signed-in");
  return report as Step<"signed-in">;
}
async function ticketOf(request: SignInRequest): Promise<string> {
  const report = await signIn(request);
  expect(report.step).not.toBe("signed-in");
  return (report as Step<"mfa-code">).ticket;
}

const settings = ({ environment: { variables } }: Step<"signed-in">) => ({
  endpoint: simulation.urls.aws,
  region: "us-east-1",
  credentials: {
    accessKeyId: variables.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? "",
    sessionToken: variables.AWS_SESSION_TOKEN ?? "",
  },
  maxAttempts: 1,
});
const admin = async () => {
  const { variables } = await simulation.environment({ user: "admin" });
  const [accessKeyId = "", secretAccessKey = ""] = [variables.AWS_ACCESS_KEY_ID, variables.AWS_SECRET_ACCESS_KEY];
  return new IAMClient({
    ...{ endpoint: simulation.urls.aws, region: "us-east-1" },
    credentials: { accessKeyId, secretAccessKey },
  });
};

describe("a console session", () => {
  test("is the user's, lasts twelve hours, and says that there was no MFA", async () => {
    const report = await signedIn({ userName: "bob", password: PASSWORD });
    const now = simulation.clock.now();
    expect(report).toMatchObject({
      userName: "bob",
      arn: "arn:aws:iam::123456789012:user/bob",
      multiFactorAuthPresent: false,
    });
    expect(Date.parse(report.expiresAt)).toBe(now + 43_200_000);
    const sts = new STSClient(settings(report));
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe("arn:aws:iam::123456789012:user/bob");
    await expect(new IAMClient(settings(report)).send(new GetUserCommand({ UserName: "bob" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await simulation.clock.advance("12h");
    await expect(new STSClient(settings(report)).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "ExpiredToken",
    });
  });

  test("with a code counts as one with MFA", async () => {
    const report = await signedIn({ userName: "alice", password: PASSWORD, mfaCode: await code("alice") });
    expect(report.multiFactorAuthPresent).toBe(true);
    const { User } = await new IAMClient(settings(report)).send(new GetUserCommand({ UserName: "alice" }));
    expect(User?.UserName).toBe("alice");
  });

  test("two of one second have unlike keys", async () => {
    const one = await signedIn({ userName: "bob", password: PASSWORD });
    const other = await signedIn({ userName: "bob", password: PASSWORD });
    expect(one.environment.variables.AWS_ACCESS_KEY_ID).not.toBe(other.environment.variables.AWS_ACCESS_KEY_ID);
  });
});

describe("in two steps", () => {
  test("the ticket stands for the password until the code is there", async () => {
    const ticket = await ticketOf({ userName: "alice", password: PASSWORD });
    await expect(signIn({ ticket, mfaCode: "000000" })).rejects.toMatchObject(WRONG);
    await signedIn({ ticket, mfaCode: await code("alice") });
  });

  test.each<[string, (ticket: string) => Promise<string> | string]>([
    [
      "of somebody else",
      (ticket) => ticket.replace(/^[\w-]+/, Buffer.from('{"userName":"bob"}').toString("base64url")),
    ],
    ["that is no JSON", (ticket) => ticket.replace(/^[\w-]+/, "AAAA")],
    ["that is null", (ticket) => ticket.replace(/^[\w-]+/, Buffer.from("null").toString("base64url"))],
    ["with another proof", (ticket) => `${ticket.slice(0, -1)}${ticket.endsWith("A") ? "E" : "A"}`],
    ["of long ago", (ticket) => simulation.clock.advance("5m").then(() => ticket)],
    ["that is none", () => "x"],
  ])("a ticket %s is worth nothing", async (_, spoil) => {
    const ticket = await spoil(await ticketOf({ userName: "alice", password: PASSWORD }));
    await expect(signIn({ ticket, mfaCode: await code("alice") })).rejects.toMatchObject(WRONG);
  });

  test("a ticket ends with its password", async () => {
    const ticket = await ticketOf({ userName: "alice", password: PASSWORD });
    await (await admin()).send(new UpdateLoginProfileCommand({ UserName: "alice", Password: NEXT }));
    await expect(signIn({ ticket, mfaCode: await code("alice") })).rejects.toMatchObject(WRONG);
  });

  test("a code is taken once, and mfaCode tells the next one that will be", async () => {
    const first = await code("alice");
    await signedIn({ userName: "alice", password: PASSWORD, mfaCode: first });
    await expect(signIn({ userName: "alice", password: PASSWORD, mfaCode: first })).rejects.toMatchObject(WRONG);
    await signedIn({ userName: "alice", password: PASSWORD, mfaCode: await code("alice") });
    const { code: third, validFrom } = await simulation.mfaCode("alice");
    await expect(signIn({ userName: "alice", password: PASSWORD, mfaCode: third })).rejects.toMatchObject(WRONG);
    await simulation.clock.advance(String((Date.parse(validFrom) - simulation.clock.now()) / 1000));
    await signedIn({ userName: "alice", password: PASSWORD, mfaCode: third });
  });

  test("of many who come with one code at once only one gets in", async () => {
    const mfaCode = await code("alice");
    const all = Array.from({ length: 4 }, () => signIn({ userName: "alice", password: PASSWORD, mfaCode }));
    const settled = await Promise.allSettled(all);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("refused alike, in text and in effort, is", () => {
  test.each<[string, SignInRequest]>([
    ["a wrong password", { userName: "bob", password: NEXT }],
    ["no password", { userName: "bob" }],
    ["a user who is not there", { userName: "nobody", password: PASSWORD }],
    ["a user without a password", { userName: "nopassword", password: PASSWORD }],
    ["nothing", {}],
    ["a wrong code", { userName: "alice", password: PASSWORD, mfaCode: "000000" }],
  ])("%s", async (_, request) => expect(signIn(request)).rejects.toMatchObject(WRONG));

  test("who guesses too often, even when right at last, on the simulated clock", async () => {
    for (let n = 0; n < 5; n++) {
      await expect(signIn({ userName: "bob", password: `guess-${n}` })).rejects.toMatchObject(WRONG);
    }
    const throttled = { status: 429, message: "Too many failed attempts to sign in. Please try again later." };
    await expect(signIn({ userName: "bob", password: PASSWORD })).rejects.toMatchObject(throttled);
    await simulation.clock.advance("5m");
    await signedIn({ userName: "bob", password: PASSWORD });
  });
});

describe("a password that must be changed", () => {
  test("is, and then is no more", async () => {
    const report = await signIn({ userName: "carol", password: PASSWORD });
    expect(report).toMatchObject({ step: "new-password", reason: "reset" });
    const { ticket } = report as Step<"new-password">;
    const refused = await signIn({ ticket, newPassword: "weak" });
    expect(refused).toMatchObject({
      step: "new-password",
      fault: "Password does not conform to the account password policy.",
    });
    await signedIn({ ticket, newPassword: NEXT });
    await expect(signIn({ userName: "carol", password: PASSWORD })).rejects.toMatchObject(WRONG);
    await signedIn({ userName: "carol", password: NEXT });
  });

  test("takes the permission to change it", async () => {
    await expect(signIn({ userName: "dave", password: PASSWORD })).rejects.toMatchObject({
      status: 403,
      message:
        "User: arn:aws:iam::123456789012:user/dave is not authorized to perform: iam:ChangePassword on resource: " +
        "arn:aws:iam::123456789012:user/dave because no identity-based policy allows the iam:ChangePassword action",
    });
    await simulation.configure({ ...configuration, passwordPolicy: { allowUsersToChangePassword: true } });
    await signedIn({ userName: "dave", password: PASSWORD, newPassword: NEXT });
    await simulation.configure(configuration);
  });

  test("has expired after the days of the policy, and is not used again", async () => {
    const passwordPolicy = { maxPasswordAge: 30, passwordReusePrevention: 1, allowUsersToChangePassword: true };
    await simulation.configure({ ...configuration, passwordPolicy });
    await simulation.clock.advance("30d");
    const report = await signIn({ userName: "bob", password: PASSWORD, newPassword: PASSWORD });
    expect(report).toMatchObject({
      ...{ step: "new-password", reason: "expired" },
      fault: "Policy constraint violation with password reuse prevention during password change.",
    });
    await signedIn({ ticket: (report as Step<"new-password">).ticket, newPassword: NEXT });
    await simulation.configure({ ...configuration, passwordPolicy: { ...passwordPolicy, hardExpiry: true } });
    await simulation.clock.advance("30d");
    await expect(signIn({ userName: "bob", password: NEXT })).rejects.toMatchObject({ status: 403 });
    await simulation.configure(configuration);
  });
});

test("mfaCode says whose device there is not", async () => {
  const lost = (owner: string) => simulation.mfaCode(owner);
  await expect(lost("bob")).rejects.toMatchObject({
    ...{ status: 404, message: 'user "bob" has no MFA device; give it one with mfa: true' },
  });
  await expect(lost("nobody")).rejects.toThrow('there is no MFA device of "nobody"');
  expect(await simulation.mfaCode("arn:aws:iam::123456789012:mfa/alice")).toEqual(await simulation.mfaCode("alice"));
});

test("IAM shows when the password was used last", async () => {
  const used = async () => {
    const { VirtualMFADevices = [] } = await (await admin()).send(new ListVirtualMFADevicesCommand({}));
    return VirtualMFADevices.find(({ User }) => User?.UserName === "alice")?.User?.PasswordLastUsed;
  };
  expect(await used()).toBeUndefined();
  await signedIn({ userName: "alice", password: PASSWORD, mfaCode: await code("alice") });
  expect(await used()).toEqual(new Date(simulation.clock.now()));
});

test("no password is in the journal, the request log or an answer, and all is as before after a restart", async () => {
  const data = mkdtempSync(join(tmpdir(), "mayfly-"));
  const secrets = [
    "Configured-one-1",
    "Created-by-API-2",
    "Updated-by-API-3",
    "Changed-by-user-4",
    "Changed-at-sign-in-5",
  ];
  const [configured = "", created = "", updated = "", changed = "", last = ""] = secrets;
  const written = { users: { ...configuration.users, bob: { password: configured, policies: { own: allow("*") } } } };
  const started = () => simulate({ startAt: AT, speed: 0, configuration: written, data });
  const answers: unknown[] = [];
  let running = await started();
  try {
    const { variables } = await running.environment({ user: "admin" });
    const iam = new IAMClient({
      ...{ endpoint: running.urls.aws, region: "us-east-1" },
      credentials: {
        accessKeyId: variables.AWS_ACCESS_KEY_ID ?? "",
        secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? "",
      },
    });
    answers.push(
      await iam.send(new CreateLoginProfileCommand({ UserName: "nopassword", Password: created })),
      await iam.send(
        new UpdateLoginProfileCommand({ UserName: "nopassword", Password: updated, PasswordResetRequired: true }),
      ),
      await iam.send(new CreateLoginProfileCommand({ UserName: "admin", Password: created })),
      await iam.send(new ChangePasswordCommand({ OldPassword: created, NewPassword: changed })),
      await running.signIn({ userName: "bob", password: configured }),
      await running.signIn({ userName: "admin", password: created }).catch(String),
      await running.signIn({ userName: "admin", password: changed }),
    );
    await running.configure({ ...written, passwordPolicy: { allowUsersToChangePassword: true } });
    answers.push(await running.signIn({ userName: "nopassword", password: updated, newPassword: last }));
    answers.push(await running.state(), await running.requests());
    await running.close();
    running = await simulate({ speed: 0, data });
    answers.push(await running.signIn({ userName: "nopassword", password: last }));
    answers.push(await running.signIn({ userName: "bob", password: configured }));
  } finally {
    await running.close();
  }
  const kept = ["journal.sqlite", "journal.sqlite-wal"].flatMap((file) => {
    try {
      return [readFileSync(join(data, file), "latin1")];
    } catch {
      return [];
    }
  });
  rmSync(data, { recursive: true });
  const everything = [...kept, JSON.stringify(answers)].join("\n");
  expect(everything).toContain("$scrypt$ln=12");
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
});
