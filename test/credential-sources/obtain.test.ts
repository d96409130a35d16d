// What each kind of source gives, and the one line of each that gives nothing; no line holds a secret.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { filePath } from "../../credential-sources/file-path.ts";
import { obtain } from "../../credential-sources/obtain.ts";
import { installed } from "../../credential-sources/sdk.ts";
import type { CredentialSource } from "../../roles/source.ts";
import { startSts } from "./sts-stand-in.ts";

const scratch = mkdtempSync(join(tmpdir(), "mayfly-sources-"));
afterAll(() => rmSync(scratch, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const DOCUMENT = {
  Version: 1,
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: SECRET,
  SessionToken: "token",
  Expiration: "2026-11-24T01:00:00Z",
};
const GIVEN = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: SECRET,
  sessionToken: "token",
  expiresAt: Date.parse("2026-11-24T01:00:00Z"),
};
const LONG_TERM = { ...GIVEN, sessionToken: "", expiresAt: undefined };

function written(name: string, text: string): string {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
}

/** A command that prints this; it is written so that the shells of all systems read it alike. */
const printing = (text: string) =>
  `"${process.execPath}" "${written("print.mjs", `console.log(${JSON.stringify(text)})`)}"`;

const asking = (signal = new AbortController().signal) => ({
  instanceId: "i-0123456789abcdef0",
  region: "us-east-1",
  signal,
});
const failure = (source: CredentialSource, signal?: AbortSignal) =>
  obtain(source, asking(signal)).then(
    () => undefined,
    (problem) => ({ name: problem.name, kind: problem.kind, message: problem.message as string }),
  );
const unavailable = (message: string) => ({ name: "SourceFailure", kind: "unavailable", message });

describe("a credential process", () => {
  test("prints a session, or a key that lasts", async () => {
    expect(await obtain({ credentialProcess: printing(JSON.stringify(DOCUMENT)) }, asking())).toEqual(GIVEN);
    const { SessionToken, Expiration, ...lasting } = DOCUMENT;
    expect(await obtain({ credentialProcess: printing(JSON.stringify(lasting)) }, asking())).toEqual(LONG_TERM);
  });

  test.each([
    ["is no JSON", `{"AccessKeyId": ${SECRET}`, "the credential process: this is no JSON"],
    ["is a list", "[]", "the credential process: the document is missing or wrong"],
    [
      "is of another version",
      JSON.stringify({ ...DOCUMENT, Version: 2 }),
      "the credential process: Version is missing or wrong",
    ],
    [
      "lacks what counts",
      JSON.stringify({ Version: 1, SessionToken: 1, Expiration: "soon" }),
      "the credential process: AccessKeyId, SecretAccessKey, SessionToken, Expiration is missing or wrong",
    ],
  ])("what %s is none", async (_name, text, message) => {
    expect(await failure({ credentialProcess: printing(text) })).toEqual(unavailable(message));
  });

  test.each([
    [
      "fails",
      `console.log(${JSON.stringify(SECRET)}); process.exitCode = 3`,
      /^the credential process ended with status 3$/,
    ],
    [
      "waits for an answer",
      "process.stdin.on('end', () => process.exit(4)).resume()",
      /^the credential process ended with status 4$/,
    ],
    [
      "is killed",
      "process.kill(process.pid, 'SIGKILL')",
      /^the credential process (was ended by SIGKILL|ended with status \d+)$/,
    ],
  ])("that %s says so in one line", async (_name, script, message) => {
    const credentialProcess = `"${process.execPath}" "${written("fail.mjs", script)}"`;
    expect((await failure({ credentialProcess }))?.message).toMatch(message);
  });

  test("that is not there says so, in the shell's own status", async () => {
    expect((await failure({ credentialProcess: "mayfly-has-no-such-program" }))?.message).toMatch(
      /^the credential process ended with status \d+$/,
    );
  });

  test.each([
    ["prints without end", "process.stdout.write('x'.repeat(65_537));", "printed over 65536 bytes"],
    ["hangs", "", "was ended: it may take 60 s, and no longer than we run"],
  ])("that %s is ended, with all that its shell has started", async (name, act, message) => {
    const pidFile = join(scratch, `pid of what ${name}`);
    const noted = `fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`;
    const file = written("lasting.mjs", `import fs from "node:fs"; ${noted} ${act} setInterval(() => {}, 1000);`);
    const ending = new AbortController();
    const failed = failure({ credentialProcess: `"${process.execPath}" "${file}" && echo` }, ending.signal);
    const pid = await vi.waitUntil(() => existsSync(pidFile) && Number(readFileSync(pidFile, "utf8")), 10_000);
    if (name === "hangs") ending.abort();
    expect((await failed)?.message).toContain(message);
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), 10_000);
  });
});

describe("a file", () => {
  const INI = `[default]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = ${SECRET}
aws_session_token = token

[lasting]
aws_access_key_id=ASIAIOSFODNN7EXAMPLE
aws_secret_access_key=${SECRET}

[half]
aws_secret_access_key=${SECRET}
`;

  test("holds JSON, or profiles, and is read anew each time", async () => {
    const file = written("keys", JSON.stringify(DOCUMENT));
    expect(await obtain({ file }, asking())).toEqual(GIVEN);
    vi.stubEnv("AWS_PROFILE", "lasting");
    written("keys", INI);
    expect(await obtain({ file }, asking())).toEqual({ ...GIVEN, expiresAt: undefined });
    expect(await obtain({ file, profile: "lasting" }, asking())).toEqual(LONG_TERM);
    written("keys", INI.replaceAll("ASIAIOSFODNN7EXAMPLE", "ASIANEW"));
    expect(await obtain({ file }, asking())).toMatchObject({ accessKeyId: "ASIANEW" });
  });

  test.each([["missing"], ["half"]])("has no profile %s", async (profile) => {
    const file = written("keys.ini", INI);
    expect(await failure({ file, profile })).toEqual(
      unavailable(`${file}: has no credentials for the profile "${profile}"`),
    );
  });

  test("that is not there, or holds something else, says so", async () => {
    const [missing, broken] = [join(scratch, "nothing"), written("broken", `{"SecretAccessKey": "${SECRET}",}`)];
    expect(await failure({ file: missing })).toEqual(unavailable(`${missing}: cannot be read (ENOENT)`));
    expect(await failure({ file: broken })).toEqual(unavailable(`${broken}: this is no JSON`));
  });

  test("may lie in the home directory", () => {
    expect(filePath("~/.aws/credentials")).toBe(join(homedir(), ".aws/credentials"));
    expect(filePath("/etc/keys")).toBe("/etc/keys");
  });
});

describe("an STS", () => {
  const roleArn = "arn:aws:iam::111122223333:role/real";
  const withKey = () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAOWN");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", SECRET);
  };

  test("gives a session for the role, named after the instance", async () => {
    await using sts = await startSts({ accessKeyId: "ASIASTS", lifetimeSeconds: 3600 });
    withKey();
    // As in a shell that `mayfly env` has set up: it is not followed.
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    const given = await obtain({ assumeRole: { roleArn, endpoint: sts.url } }, asking());
    expect(given).toMatchObject({
      accessKeyId: "ASIASTS",
      secretAccessKey: "secret-of-ASIASTS",
      sessionToken: "token-of-ASIASTS",
    });
    expect(((given.expiresAt ?? 0) - Date.now()) / 1000).toBeGreaterThan(3500);
    expect(sts.asked).toEqual([
      {
        form: { Action: "AssumeRole", Version: "2011-06-15", RoleArn: roleArn, RoleSessionName: "i-0123456789abcdef0" },
        signer: "AKIAOWN",
      },
    ]);
  });

  test("hears all that the source says, from whom the source says", async () => {
    await using sts = await startSts({ accessKeyId: "ASIASTS", lifetimeSeconds: 900 });
    withKey();
    const credentialsFile = written(
      "askers.ini",
      `[asker]\naws_access_key_id=AKIAFILE\naws_secret_access_key=${SECRET}\n`,
    );
    const more = { externalId: "tenant:7", sessionName: "mayfly", durationSeconds: 900, profile: "asker" };
    await obtain({ assumeRole: { roleArn, endpoint: sts.url, ...more, credentialsFile } }, asking());
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", credentialsFile);
    await obtain({ assumeRole: { roleArn, endpoint: sts.url, ...more } }, asking());
    const form = { RoleSessionName: "mayfly", ExternalId: "tenant:7", DurationSeconds: "900" };
    expect(sts.asked).toMatchObject([
      { form, signer: "AKIAFILE" },
      { form, signer: "AKIAFILE" },
    ]);
  });

  test.each([
    ["refuses", 403, "AccessDenied", "refused"],
    ["does not know the key", 403, "InvalidClientTokenId", "refused"],
    ["throttles", 400, "Throttling", "unavailable"],
    ["is broken", 500, "InternalFailure", "unavailable"],
  ])("that %s says so, and is asked once", async (_name, status, code, kind) => {
    await using sts = await startSts({ status, code, message: "in its words" });
    withKey();
    const message = `${sts.url} answered ${code}: in its words`;
    expect(await failure({ assumeRole: { roleArn, endpoint: sts.url } })).toEqual({
      name: "SourceFailure",
      kind,
      message,
    });
    expect(sts.asked).toHaveLength(1);
  });

  test("that is gone, hangs up, or is asked by nobody says so", async () => {
    await using sts = await startSts("nothing");
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_CONFIG_FILE", join(scratch, "nothing"));
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(scratch, "nothing"));
    const nobody = await failure({ assumeRole: { roleArn, endpoint: sts.url } });
    expect(nobody?.message).toMatch(/^there are no credentials to ask STS with: /);
    withKey();
    const cut = await failure({ assumeRole: { roleArn, endpoint: sts.url } });
    expect(cut).toEqual(unavailable(`${sts.url} cannot be reached (ECONNRESET)`));
    const gone = await failure({ assumeRole: { roleArn, endpoint: "http://127.0.0.1:9" } });
    expect(gone).toEqual(unavailable("http://127.0.0.1:9 cannot be reached (ECONNREFUSED)"));
  });
});

test("an SDK that is not installed is asked for", async () => {
  const load = () => Promise.reject(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }));
  const message = "this kind of source needs the package @aws-sdk/client-sts: npm install @aws-sdk/client-sts";
  await expect(installed("@aws-sdk/client-sts", load)).rejects.toMatchObject(unavailable(message));
});
