import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { subjectOf } from "../../container-credentials/eks/pods.ts";
import type { HttpReply, HttpRequest } from "../../network/message.ts";
import { serviceAccountTokens } from "../../signing/service-account-tokens.ts";
import { CONFIGURATION, createWorld, DATE, HOUR, jsonOf, MASTER_KEY, NOW, request } from "./world.ts";

const own = serviceAccountTokens(MASTER_KEY, "https://example.com");
const world = createWorld();
const APP = "app-7d9f8b6c4-x2x9z";

/** The token of a pod of the configuration. */
function tokenOf(name: string, at = NOW): string {
  const pod = world.containers.podIdentity?.pods.get(name) ?? expect.fail(`no pod ${name}`);
  return own.mint(subjectOf(pod, MASTER_KEY), at, 86_400);
}

type Asked = Partial<HttpRequest> & { readonly host?: string };
function asked(token: string | undefined, { host = "127.0.0.1:1342", ...more }: Asked = {}): HttpRequest {
  const authorization = token === undefined ? [] : ["Authorization", token];
  return request("/v1/credentials", { rawHeaders: ["Host", host, ...authorization], ...more });
}
const ask = async (token: string | undefined, more?: Asked): Promise<HttpReply> => world.eks(asked(token, more));

const plain = (length: number) => [
  ...["Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff"],
  ...["Date", DATE, "Content-Length", String(length)],
];

describe("credentials", () => {
  test("are compact JSON in the agent's order, with the headers that Go writes", async () => {
    const reply = await ask(tokenOf(APP));
    expect(reply).toMatchObject({
      status: 200,
      rawHeaders: [
        ...["Content-Type", "application/json", "Date", DATE, "Content-Length", String(String(reply.body).length)],
      ],
    });
    expect(String(reply.body)).toMatch(
      /^\{"AccessKeyId":"ASIA[A-Z2-7]{16}","SecretAccessKey":"[^"]{40}","Token":"IQoJb3JpZ2luX2Vj[^"]+","AccountId":"123456789012","Expiration":"2026-11-24T06:00:00Z"\}$/,
    );
  });

  test("are those of a session that names cluster and pod, with the tags of EKS", async () => {
    const { AccessKeyId, Token } = jsonOf(await ask(tokenOf(APP)));
    const { session } = (await world.rotator.open(AccessKeyId, Token)) as Exclude<
      Awaited<ReturnType<typeof world.rotator.open>>,
      "tampered"
    >;
    expect(session).toMatchObject({
      kind: "eks-pod",
      roleName: "web",
      sessionName: expect.stringMatching(/^eks-mayfly-clu-app-7d9f8b-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      sourceArn: expect.stringMatching(
        /^arn:aws:eks:us-east-1:123456789012:podidentityassociation\/mayfly-cluster\/a-[a-z2-7]{17}$/,
      ),
      tags: {
        "eks-cluster-arn": "arn:aws:eks:us-east-1:123456789012:cluster/mayfly-cluster",
        "eks-cluster-name": "mayfly-cluster",
        "kubernetes-namespace": "default",
        "kubernetes-service-account": "app",
        "kubernetes-pod-name": APP,
        "kubernetes-pod-uid": expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    expect("sessionName" in session && session.sessionName.length).toBeLessThanOrEqual(64);
  });

  test("stay for an hour, whichever token is shown, and are others for another pod", async () => {
    const first = (await ask(tokenOf(APP))).body;
    expect((await ask(tokenOf(APP, NOW + 60_000), { at: NOW + HOUR - 1 })).body).toBe(first);
    const later = await ask(tokenOf(APP), { at: NOW + HOUR });
    expect(later.body).not.toBe(first);
    expect(later.facts?.principal).not.toBe((await ask(tokenOf(APP))).facts?.principal);
    expect((await ask(tokenOf("plain"))).body).not.toBe(first);
  });

  test("have no tags where the association disables them", async () => {
    const { AccessKeyId, Token } = jsonOf(await ask(tokenOf("plain")));
    expect(await world.rotator.open(AccessKeyId, Token)).toMatchObject({ session: { tags: {} } });
  });

  test("the log knows whose they are, and nothing that signs", async () => {
    const { facts } = await ask(tokenOf(APP));
    expect(facts).toEqual({
      accessKeyId: expect.stringMatching(/^ASIA/),
      principal: expect.stringMatching(/^arn:aws:sts::123456789012:assumed-role\/web\/eks-mayfly-clu-app-7d9f8b-/),
    });
  });
});

describe("the address that was called", () => {
  test.each([
    "169.254.170.23",
    "169.254.170.23:80",
    "[fd00:ec2::23]",
    "[fd00:ec2::23]:80",
    "fd00:ec2::23",
    "127.0.0.1",
    "127.0.0.1:1342",
    "localhost:1342",
  ])("%s will do", async (host) => {
    expect((await ask(tokenOf(APP), { host })).status).toBe(200);
  });

  test.each([
    ["example.com:1342", "example.com"],
    ["127.0.0.2", "127.0.0.2"],
    ["[::1]:1342", "::1"],
    ["[::1]", "::1"],
    ["169.254.170.2", "169.254.170.2"],
    ["", ""],
  ])("%s will not, whatever the token", async (host, told) => {
    const body = `Access Denied. Called agent through invalid address, please use either [169.254.170.23 fd00:ec2::23] address not ${told}\n`;
    const rawHeaders = plain(body.length);
    expect(await ask(undefined, { host })).toMatchObject({ status: 403, body, rawHeaders });
  });

  test("is any at which the agent was reached", async () => {
    expect((await ask(tokenOf(APP), { host: "[::1]:1342", localAddress: "::1" })).status).toBe(200);
  });
});

describe("what the agent refuses", () => {
  const EXPIRED = "Service account token failed basic claim validations: token is expired";
  test.each([
    ["no token", () => undefined, {}, "Service account token cannot be empty"],
    [
      "a bearer token",
      () => `Bearer ${tokenOf(APP)}`,
      {},
      "Service account token cannot be parsed: token is malformed: could not base64 decode header: illegal base64 data at input byte 6",
    ],
    ["an expired token", () => tokenOf(APP), { at: NOW + 24 * HOUR }, EXPIRED],
  ])("%s", async (_, token, more, text) => {
    const reply = await ask(token(), more);
    expect(reply).toMatchObject({ status: 400, body: `${text}\n`, facts: { errorCode: "InvalidToken" } });
  });

  test.each(["/", "/v1/credentials/", "/v1", "/v2/credentials/x"])("%s is no path of it", async (target) => {
    const rawHeaders = plain(19);
    expect(await world.eks(request(target))).toMatchObject({ status: 404, body: "404 page not found\n", rawHeaders });
  });

  test("more than a thousand a second, after half of that at once", async () => {
    const { eks } = createWorld();
    const statuses = await Promise.all(Array.from({ length: 501 }, async () => (await eks(asked("x"))).status));
    expect([statuses.indexOf(429), (await eks(asked("x", { realAt: 2 }))).status]).toEqual([500, 400]);
    const body = "Too Many Requests\n";
    expect(await eks(asked("x", { realAt: 2 }))).toMatchObject({ status: 429, body, rawHeaders: plain(body.length) });
  });
});

describe("what EKS Auth refuses, in the agent's words", () => {
  const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  const escaped = (text: string) => text.replace(/[.()!]/g, "\\$&");
  const worded = (code: string, message: string, fault = "client") =>
    expect.stringMatching(new RegExp(`^\\[${ID}\\]: \\(${code}\\): ${escaped(message)}, fault: ${fault}\n$`));
  const UNAUTHORIZED = "Unauthorized Exception! EKS does not have permissions to assume the associated role.";

  test.each([
    ["a role that does not trust EKS", "untrusted", 400, "AccessDeniedException", UNAUTHORIZED],
    [
      "a service account without an association",
      "alone",
      404,
      "ResourceNotFoundException",
      "No association found for service account default in namespace default.",
    ],
  ])("%s", async (_, pod, status, code, message) => {
    const reply = await ask(tokenOf(pod));
    expect(reply).toMatchObject({ status, body: worded(code, message), facts: { errorCode: code } });
  });

  test("a token that was changed", async () => {
    const [header, claims, signature] = tokenOf(APP).split(".") as [string, string, string];
    const changed = JSON.parse(Buffer.from(claims, "base64url").toString());
    changed.sub = "system:serviceaccount:default:plain";
    const token = [header, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
    expect(await ask(token)).toMatchObject({
      status: 400,
      body: worded("InvalidTokenException", "The service account token provided is invalid."),
      facts: { reason: "signature verification failed" },
    });
  });

  test("what allows sts:AssumeRole and not sts:TagSession, unless there are no tags", async () => {
    const Statement = [{ Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: "sts:AssumeRole" }];
    const roles = {
      web: { trustPolicy: { Version: "2012-10-17", Statement } },
      "for-ec2": { trust: "ec2.amazonaws.com" },
    };
    const { eks } = createWorld({ ...CONFIGURATION, roles });
    expect(await eks(asked(tokenOf(APP)))).toMatchObject({
      status: 400,
      body: worded("AccessDeniedException", UNAUTHORIZED),
    });
    expect((await eks(asked(tokenOf("plain")))).status).toBe(200);
  });

  test.each([
    [{ "aws:RequestTag/kubernetes-namespace": "default" }, 200],
    [{ "aws:RequestTag/kubernetes-namespace": "other" }, 400],
    [{ "aws:RequestTag/eks-cluster-name": "mayfly-cluster", "aws:SourceAccount": "123456789012" }, 200],
  ])("by the trust policy's conditions: %o", async (keys, status) => {
    const Statement = {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: { StringEquals: keys },
    };
    const roles = {
      web: { trustPolicy: { Version: "2012-10-17", Statement } },
      "for-ec2": { trust: "ec2.amazonaws.com" },
    };
    const { eks } = createWorld({ ...CONFIGURATION, roles });
    expect((await eks(asked(tokenOf(APP)))).status).toBe(status);
  });
});

describe("the tokens of a cluster", () => {
  const folder = mkdtempSync(join(tmpdir(), "mayfly-jwks-"));
  const file = join(folder, "jwks.json");
  afterAll(() => rmSync(folder, { recursive: true }));
  let jwk: JWK;
  let token: string;
  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    jwk = { ...(await exportJWK(publicKey)), kid: "cluster", alg: "RS256", use: "sig" };
    const seconds = NOW / 1000;
    token = await new SignJWT({
      "kubernetes.io": {
        namespace: "default",
        pod: { name: "real", uid: "5d1c" },
        serviceaccount: { name: "app", uid: "1" },
      },
    })
      .setProtectedHeader({ alg: "RS256", kid: "cluster" })
      .setIssuer("https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE")
      .setAudience("pods.eks.amazonaws.com")
      .setSubject("system:serviceaccount:default:app")
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 3600)
      .sign(privateKey);
  });
  const eksWith = (jwks: unknown) =>
    createWorld({ ...CONFIGURATION, podIdentity: { ...CONFIGURATION.podIdentity, jwks } } as typeof CONFIGURATION).eks;

  test("are taken with its keys in the configuration or in a file, and Mayfly's own as well", async () => {
    writeFileSync(file, JSON.stringify({ keys: [jwk] }));
    for (const jwks of [{ keys: [jwk] }, file]) {
      const eks = eksWith(jwks);
      const reply = await eks(asked(token));
      expect([reply.status, reply.facts?.principal]).toEqual([200, expect.stringMatching(/\/eks-mayfly-clu-real-/)]);
      expect((await eks(asked(tokenOf(APP)))).status).toBe(200);
    }
  });

  test("are refused without them", async () => {
    expect(await ask(token)).toMatchObject({ status: 400, body: expect.stringContaining("(InvalidTokenException)") });
  });

  test("the file is read anew, and what is wrong with it stands in the log", async () => {
    const eks = eksWith(file);
    const answers = [];
    for (const text of [JSON.stringify({ keys: [] }), JSON.stringify({ keys: [jwk] }), "{}", "no JSON"]) {
      writeFileSync(file, text);
      const { status, facts } = await eks(asked(token));
      answers.push([status, facts?.reason]);
    }
    expect(answers).toEqual([
      [400, expect.stringContaining("no applicable key")],
      [200, undefined],
      [500, `${file} has no keys`],
      [500, `${file} cannot be read (it is no JSON)`],
    ]);
    expect(String((await eks(asked(token))).body)).toMatch(/\(InternalServerException\): .*, fault: server\n$/);
    expect((await eks(asked(tokenOf(APP)))).status).toBe(200);
  });
});
