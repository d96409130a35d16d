// AssumeRoleWithWebIdentity with AWS's own SDK and tokens that jose signs: whose are taken, what roles see of them, and how the others are
// refused.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, type AssumeRoleWithWebIdentityCommandInput } from "@aws-sdk/client-sts";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dice } from "../../../entropy/dice.ts";
import { discoverKeys } from "../../../network/open-id-discovery.ts";
import { form, signed } from "../world.ts";
import { ACCOUNT, allow, HOUR, keysOf, policy, refusal, roleArn, StsWorld, variable } from "./world.ts";

const ISSUER = "https://idp.example/tenant";
const HOST = "idp.example/tenant";
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}`;
const FROM_FILE = "https://cluster.example";
const ELSEWHERE = "https://elsewhere.example";
const GONE = "http://127.0.0.1:1";
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"] as const;
type Algorithm = (typeof ALGORITHMS)[number] | "PS256" | "HS256";

const SEED = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const scratch = mkdtempSync(join(tmpdir(), "mayfly-web-identity-"));
const jwksFile = join(scratch, "jwks.json");

interface Pair {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function keyPair(algorithm: Algorithm, kid: string = algorithm): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" } };
}

const federated = (provider: string, Action: string | string[] = "sts:AssumeRoleWithWebIdentity", Condition?: object) =>
  policy({ Effect: "Allow", Principal: { Federated: provider }, Action, ...(Condition && { Condition }) });
const providerArn = (host: string) => `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}`;

const pairs = new Map<string, Pair>();
let world: StsWorld;
/** A provider on this machine, that publishes its keys. */
const published: { keys: JWK[]; asked: string[]; status: number; uri?: string } = { keys: [], asked: [], status: 200 };
const idp = createServer(({ url = "" }, response) => {
  published.asked.push(url);
  const address = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`;
  const body = url.endsWith("/keys") ? { keys: published.keys } : { jwks_uri: published.uri ?? `${address}/keys` };
  response.writeHead(published.status, { "content-type": "application/json" }).end(JSON.stringify(body));
});
let local = "";

beforeAll(async () => {
  for (const algorithm of [...ALGORITHMS, "PS256" as const]) pairs.set(algorithm, await keyPair(algorithm));
  pairs.set("stranger", await keyPair("ES256", "ES256"));
  pairs.set("unknown", await keyPair("ES256", "another"));
  pairs.set("local", await keyPair("ES256", "local"));
  pairs.set("renewed", await keyPair("ES256", "renewed"));
  await new Promise<void>((resolve) => idp.listen(0, "127.0.0.1", resolve));
  local = `http://127.0.0.1:${(idp.address() as AddressInfo).port}/realm`;
  const keys = [...ALGORITHMS, "PS256"].map((algorithm) => pairs.get(algorithm)?.jwk);
  writeFileSync(jwksFile, JSON.stringify({ keys }));
  published.keys = [pairs.get("local")?.jwk as JWK];
  const clientIds = ["sts.amazonaws.com", "app"];
  const read = { s3: policy(allow("s3:*", "arn:aws:s3:::mybucket/*")) };
  world = await StsWorld.open(
    {
      oidcProviders: {
        [ISSUER]: { clientIds, jwks: { keys }, thumbprints: ["a".repeat(40)], tags: { for: "tests" } },
        [FROM_FILE]: { clientIds, jwks: jwksFile },
        [ELSEWHERE]: { clientIds },
        [local]: { clientIds },
        [GONE]: { clientIds },
      },
      users: { admin: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 } },
      roles: {
        open: { trustPolicy: federated(PROVIDER), policies: read },
        all: {
          trustPolicy: policy(
            ...[FROM_FILE, ELSEWHERE, local, GONE].map(
              (issuer) => federated(providerArn(issuer.replace(/^https?:\/\//, ""))).Statement[0] as object,
            ),
          ),
          policies: read,
        },
        subject: {
          trustPolicy: federated(PROVIDER, "sts:AssumeRoleWithWebIdentity", {
            StringEquals: { [`${HOST}:aud`]: "app" },
            StringLike: { [`${HOST}:sub`]: "system:serviceaccount:default:*" },
          }),
          policies: { own: policy(allow("s3:*", `arn:aws:s3:::mybucket/${variable(`${HOST}:sub`)}/*`)) },
        },
        strong: {
          trustPolicy: federated(PROVIDER, "sts:AssumeRoleWithWebIdentity", {
            "ForAnyValue:StringEquals": { [`${HOST}:amr`]: "mfa" },
          }),
          policies: read,
        },
        tagged: {
          trustPolicy: federated(PROVIDER, [
            "sts:AssumeRoleWithWebIdentity",
            "sts:TagSession",
            "sts:SetSourceIdentity",
          ]),
          policies: {
            own: policy(
              allow(
                "s3:*",
                `arn:aws:s3:::mybucket/${variable("aws:PrincipalTag/team")}/${variable("aws:SourceIdentity")}/*`,
              ),
            ),
          },
        },
        ec2: { trust: "ec2.amazonaws.com" },
        service: { trustPolicy: policy({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }) },
      },
    },
    discoverKeys,
  );
});
beforeEach(() => {
  world.at += HOUR;
});
afterAll(async () => {
  rmSync(scratch, { recursive: true });
  idp.close();
  await world[Symbol.asyncDispose]();
});

interface TokenDraft {
  readonly key?: string;
  readonly algorithm?: Algorithm;
  readonly claims?: JWTPayload;
  readonly kid?: string;
}

const now = () => Math.floor(world.at / 1000);

function token({ key = "RS256", algorithm = "RS256", claims = {}, kid }: TokenDraft = {}): Promise<string> {
  const pair = pairs.get(key);
  const usual = {
    iss: ISSUER,
    sub: "system:serviceaccount:default:app",
    aud: "sts.amazonaws.com",
    iat: now() - 5,
    exp: now() + 600,
  };
  const header = { alg: algorithm, kid: kid ?? pair?.jwk.kid ?? "" };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader(header)
    .sign(algorithm === "HS256" ? Buffer.alloc(32) : (pair?.privateKey as CryptoKey));
}

/** Nothing is signed: the SDK takes no keys for this. */
const assume = (WebIdentityToken: string, role = "open", more: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) =>
  world.sts({ accessKeyId: "", secretAccessKey: "" }).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn(role),
      RoleSessionName: "session",
      WebIdentityToken,
      ...more,
    }),
  );

const NO_KEY =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";

describe("a web identity", () => {
  test.each(ALGORITHMS)("signed with %s is taken, unsigned by AWS's keys", async (algorithm) => {
    const answer = await assume(await token({ key: algorithm, algorithm }));
    const id = world.identities.roles.get("open")?.id;
    expect(answer).toMatchObject({
      Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/), Expiration: new Date(world.at + HOUR) },
      SubjectFromWebIdentityToken: "system:serviceaccount:default:app",
      AssumedRoleUser: { AssumedRoleId: `${id}:session`, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/open/session` },
      Provider: PROVIDER,
      Audience: "sts.amazonaws.com",
    });
    expect(answer.PackedPolicySize).toBeUndefined();
    expect(await world.put(keysOf(answer.Credentials), "k")).toBe("ok");
    expect(world.facts.find(({ action }) => action === "sts:AssumeRoleWithWebIdentity")).not.toHaveProperty(
      "principal",
    );
  });

  test("is all that counts where somebody signs as well", async () => {
    const parameters = { Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleSessionName: "session" };
    const body = String(
      new URLSearchParams({ ...parameters, RoleArn: roleArn("open"), WebIdentityToken: await token() }),
    );
    const draft = form({
      credentials: world.of("admin"),
      at: world.at,
      body,
      headers: { host: new URL(world.endpoint).host },
    });
    const { rawHeaders } = await signed(draft);
    const headers = rawHeaders.flatMap((name, i) =>
      i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ""] as [string, string]] : [],
    );
    const { status } = await fetch(world.endpoint, { method: "POST", headers, body });
    expect(status).toBe(200);
  });

  test("is known to conditions by audience, subject and how it was proven", async () => {
    expect(await refusal(assume(await token(), "subject"))).toEqual([
      ...["AccessDenied", 403],
      "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    ]);
    const good = await assume(await token({ claims: { aud: ["other", "app"] } }), "subject");
    expect(good.Audience).toBe("app");
    const keys = keysOf(good.Credentials);
    expect(await world.put(keys, "system:serviceaccount:default:app/k")).toBe("ok");
    expect(await world.put(keys, "system:serviceaccount:default:other/k")).toBe("AccessDenied");
    const authorized = await token({ claims: { aud: "whatever", azp: "app" } });
    expect((await assume(authorized, "subject")).Audience).toBe("app");
    expect((await refusal(assume(await token(), "strong")))[0]).toBe("AccessDenied");
    expect((await assume(await token({ claims: { amr: ["pwd", "mfa"] } }), "strong")).Provider).toBe(PROVIDER);
  });

  test("brings tags and a source identity where the role lets it", async () => {
    const claims = {
      "https://aws.amazon.com/tags": { principal_tags: { team: ["blue"] }, transitive_tag_keys: ["team"] },
      "https://aws.amazon.com/source_identity": "alice.smith",
    };
    expect(await refusal(assume(await token({ claims })))).toEqual([
      ...["AccessDenied", 403],
      "Not authorized to perform sts:TagSession",
    ]);
    const answer = await assume(await token({ claims }), "tagged");
    expect(answer.SourceIdentity).toBe("alice.smith");
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    const keys = keysOf(answer.Credentials);
    expect([await world.put(keys, "blue/alice.smith/k"), await world.put(keys, "red/alice.smith/k")]).toEqual([
      "ok",
      "AccessDenied",
    ]);
  });

  test("has the limits of a session policy, and of the role's time", async () => {
    const Policy = JSON.stringify(policy(allow("s3:PutObject", "arn:aws:s3:::mybucket/only/*")));
    const limited = keysOf((await assume(await token(), "open", { Policy, DurationSeconds: 900 })).Credentials);
    expect([await world.put(limited, "only/k"), await world.put(limited, "k")]).toEqual(["ok", "AccessDenied"]);
    world.at += 900_000;
    expect(await world.put(limited, "only/k")).toBe("ExpiredToken");
    expect(await refusal(assume(await token(), "open", { DurationSeconds: 3601 }))).toEqual([
      ...["ValidationError", 400],
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ]);
  });

  test("of a provider whose keys are in a file is judged by what the file has now", async () => {
    const claims = { iss: FROM_FILE };
    expect((await assume(await token({ claims }), "all")).Provider).toBe(providerArn("cluster.example"));
    writeFileSync(jwksFile, JSON.stringify({ keys: [] }));
    expect(await refusal(assume(await token({ claims }), "all"))).toEqual(["InvalidIdentityToken", 400, NO_KEY]);
    writeFileSync(jwksFile, "no JSON");
    expect(await refusal(assume(await token({ claims }), "all"))).toEqual([
      ...["InvalidIdentityToken", 400],
      `${NO_KEY} (${jwksFile} cannot be read (it is no JSON))`,
    ]);
  });
});

describe("a provider that publishes its keys", () => {
  const ofLocal = (key: string) => token({ key, algorithm: "ES256", claims: { iss: local } });

  test("is asked once, again for a key that is new, and after an hour", async () => {
    published.asked.length = 0;
    await assume(await ofLocal("local"), "all");
    await assume(await ofLocal("local"), "all");
    expect(published.asked).toEqual(["/realm/.well-known/openid-configuration", "/keys"]);
    published.keys = [...published.keys, pairs.get("renewed")?.jwk as JWK];
    await assume(await ofLocal("renewed"), "all");
    expect(published.asked.length).toBe(4);
    expect(await refusal(assume(await ofLocal("unknown"), "all"))).toEqual(["InvalidIdentityToken", 400, NO_KEY]);
    world.at += HOUR;
    published.asked.length = 0;
    await assume(await ofLocal("local"), "all");
    expect(published.asked.length).toBe(2);
  });

  test.each<[string, string, () => void, unknown[]]>([
    [
      "elsewhere is never asked",
      ELSEWHERE,
      () => {},
      [
        "InvalidIdentityToken",
        400,
        `${NO_KEY} (Mayfly asks nobody beyond this machine: write jwks into oidcProviders)`,
      ],
    ],
    ["that is not there", GONE, () => {}, ["IDPCommunicationError", 400, `${GONE} does not say its keys`]],
    [
      "that answers with an error",
      "",
      () => {
        published.status = 503;
      },
      ["IDPCommunicationError", 400, expect.stringMatching(/does not say its keys$/)],
    ],
    [
      "that says its keys are elsewhere",
      "",
      () => {
        published.uri = "https://keys.example/";
      },
      ["InvalidIdentityToken", 400, expect.stringContaining("asks nobody beyond this machine")],
    ],
    [
      "that says its keys are nowhere",
      "",
      () => {
        published.uri = "nowhere";
      },
      ["InvalidIdentityToken", 400, expect.any(String)],
    ],
  ])("%s", async (_, issuer, spoil, expected) => {
    world.at += HOUR;
    spoil();
    const draft = { key: "local", algorithm: "ES256", claims: { iss: issuer || local } } as const;
    expect(await refusal(assume(await token(draft), "all"))).toEqual(expected);
    published.status = 200;
    delete published.uri;
  });
});

const tampered = (made: string) => {
  const [head, body = "", signature] = made.split(".");
  const claims = {
    ...JSON.parse(Buffer.from(body, "base64url").toString()),
    sub: "system:serviceaccount:kube-system:admin",
  };
  return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
};
const FORGED = ["InvalidIdentityToken", 400, "The signature of the ID Token is not valid"];
const NO_JWT = [
  "InvalidIdentityToken",
  400,
  "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
];
const NOT_ALLOWED = ["AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity"];

describe("refused is", () => {
  test.each<[string, () => string | Promise<string>, string, unknown[]]>([
    ["what is no JWT", () => "an access token", "open", NO_JWT],
    ["a JWT with stray characters", async () => `${await token()}=`, "open", NO_JWT],
    ["an encrypted one", () => "a.b.c.d.e", "open", NO_JWT],
    ["a changed one", async () => tampered(await token()), "open", FORGED],
    ["one of a stranger's key with a known id", () => token({ key: "stranger", algorithm: "ES256" }), "open", FORGED],
    [
      "one of an unknown key",
      () => token({ key: "unknown", algorithm: "ES256" }),
      "open",
      ["InvalidIdentityToken", 400, NO_KEY],
    ],
    ["one signed by a secret", () => token({ algorithm: "HS256", kid: "RS256" }), "open", FORGED],
    ["one of an algorithm that AWS does not take", () => token({ key: "PS256", algorithm: "PS256" }), "open", FORGED],
    [
      "an unsigned one",
      async () => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${(await token()).split(".")[1]}.`,
      "open",
      FORGED,
    ],
    [
      "one of another issuer",
      () => token({ claims: { iss: "https://other.example" } }),
      "open",
      ["InvalidIdentityToken", 400, "No OpenIDConnect provider found in your account for https://other.example"],
    ],
    [
      "one of the issuer without TLS",
      () => token({ claims: { iss: "http://idp.example/tenant" } }),
      "open",
      ["InvalidIdentityToken", 400, "No OpenIDConnect provider found in your account for http://idp.example/tenant"],
    ],
    [
      "one for somebody else",
      () => token({ claims: { aud: "other" } }),
      "open",
      ["InvalidIdentityToken", 400, "Incorrect token audience"],
    ],
    [
      "one that another party may use",
      () => token({ claims: { azp: "other" } }),
      "open",
      ["InvalidIdentityToken", 400, "Incorrect token audience"],
    ],
    ...["iss", "sub", "aud", "exp", "iat"].map((claim): [string, () => Promise<string>, string, unknown[]] => [
      `one without ${claim}`,
      () => token({ claims: { [claim]: undefined } as JWTPayload }),
      "open",
      ["InvalidIdentityToken", 400, `Missing a required claim: ${claim}`],
    ]),
    ["one whose subject is no text", () => token({ claims: { sub: { name: "app" } } as never }), "open", NO_JWT],
    ["one whose times are no numbers", () => token({ claims: { exp: "soon" } as never }), "open", NO_JWT],
    ["one for a role that is not there", () => token(), "nowhere", NOT_ALLOWED],
    ["one for a role of EC2", () => token(), "ec2", NOT_ALLOWED],
    ["one for a role that everybody signed in may assume", () => token(), "service", NOT_ALLOWED],
    ["one for a role of another provider", () => token(), "all", NOT_ALLOWED],
  ])("%s", async (_, made, role, expected) => {
    expect(await refusal(assume(await made(), role))).toEqual(expected);
  });

  test(`a token with one character changed, MAYFLY_TEST_SEED=${SEED}`, async () => {
    const throws = dice(SEED);
    const good = await token({ key: "ES256", algorithm: "ES256" });
    for (let round = 0; round < 100; round++) {
      const place = throws.integer(good.length);
      const other = throws.pick([..."ABCabc019-_.=+/ "]);
      if (good[place] === other) continue;
      const told = await refusal(assume(good.slice(0, place) + other + good.slice(place + 1)));
      expect([place, other, told[0]]).toEqual([
        place,
        other,
        expect.stringMatching(/^(InvalidIdentityToken|ExpiredTokenException)$/),
      ]);
    }
  });

  test("one that says too much for a session token", async () => {
    expect(await refusal(assume(await token({ claims: { sub: "s".repeat(9000) } })))).toEqual([
      ...["PackedPolicyTooLarge", 400],
      expect.stringMatching(/^Packed policy consumes 1\d\d% of allotted space/),
    ]);
  });

  test("one that has expired, to the second, and one that is not valid yet, by the simulated clock", async () => {
    const made = await token({ claims: { exp: now() + 60 } });
    world.at += 59_999;
    expect(await assume(made)).toBeTruthy();
    world.at += 1;
    expect(await refusal(assume(made))).toEqual([
      ...["ExpiredTokenException", 400],
      `Token expired: current date/time ${now()} must be before the expiration date/time ${now()}`,
    ]);
    for (const claims of [{ nbf: now() + 60 }, { iat: now() + 60 }]) {
      expect(await refusal(assume(await token({ claims })))).toEqual([
        ...["InvalidIdentityToken", 400],
        `Token is not yet valid: current date/time ${now()} is before ${now() + 60}`,
      ]);
    }
  });

  test("no token at all, and none of all other calls may come unsigned", async () => {
    const post = (body: string) =>
      fetch(world.endpoint, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body });
    const empty = await post("Action=AssumeRoleWithWebIdentity&Version=2011-06-15");
    expect([empty.status, await empty.text()]).toEqual([
      400,
      expect.stringContaining("Value null at &apos;webIdentityToken&apos;".replaceAll("&apos;", "'")),
    ]);
    for (const action of ["AssumeRole", "GetCallerIdentity", "constructor", "toString"]) {
      const answer = await post(`Action=${action}&Version=2011-06-15`);
      expect([action, answer.status, await answer.text()]).toEqual([
        action,
        403,
        expect.stringContaining("MissingAuthenticationToken"),
      ]);
    }
  });
});

test("a provider that IAM was told of is taken too, until it is deleted", async () => {
  const iam = new IAMClient({ endpoint: world.endpoint, region: "us-east-1", credentials: world.of("admin") });
  const Url = local.replace("http:", "https:").replace("/realm", "/other");
  const made = await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["app"] }));
  const trust = JSON.stringify(federated(made.OpenIDConnectProviderArn ?? ""));
  await iam.send(new CreateRoleCommand({ RoleName: "by-iam", AssumeRolePolicyDocument: trust }));
  const claims = { iss: Url.replace("https:", "http:"), aud: "app" };
  const ofIam = await token({ key: "local", algorithm: "ES256", claims });
  const { Credentials, Provider } = await assume(ofIam, "by-iam");
  expect(Provider).toBe(made.OpenIDConnectProviderArn);
  expect(await world.whoami(keysOf(Credentials))).toContain(":assumed-role/by-iam/session");
  await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: made.OpenIDConnectProviderArn }));
  expect((await refusal(assume(ofIam, "by-iam")))[2]).toContain(
    "No OpenIDConnect provider found in your account for http://127",
  );
  expect(await world.whoami(keysOf(Credentials))).toContain(":assumed-role/by-iam/session");
  await iam.send(new DeleteRoleCommand({ RoleName: "by-iam" }));
  expect((await refusal(world.whoami(keysOf(Credentials))))[0]).toBe("InvalidClientTokenId");
});

test("what the configuration says of a provider is what IAM knows of it", () => {
  expect(world.identities.openIdConnectProviders.get(PROVIDER)).toMatchObject({
    ...{ arn: PROVIDER, url: HOST, clientIds: ["sts.amazonaws.com", "app"], thumbprints: ["a".repeat(40)] },
    tags: [{ key: "for", value: "tests" }],
  });
});
