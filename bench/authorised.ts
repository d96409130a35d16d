// What do policies cost? Signed calls of a user with one attached statement and with 500, beside moto with its own checks of signatures
// and policies switched on. Both are set up by the same calls of IAM and S3.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "./client.ts";
import type { WireRequest } from "./load.ts";
import { type Comparison, compare, type Effort, type Outcome } from "./measure.ts";
import { installed, mayfly, moto, type Program, start } from "./servers.ts";
import { checkFromNowOn, KEY, KILOBYTE } from "./signed.ts";
import { accessKeyIn, type Credentials, signerFor } from "./signer.ts";

const CONNECTIONS = 16;
const VERSION = "2010-05-08";
const UserName = "bench";
const RoleName = "bench";
const ADMINISTRATOR: Credentials = {
  accessKeyId: "AKIABENCHBENCHBENCH1",
  secretAccessKey: "bench/bench/bench/bench/bench/bench/benc",
};

const CALLS = {
  GetCallerIdentity: (signer: Signer) => signer.query("sts", { Action: "GetCallerIdentity", Version: "2011-06-15" }),
  GetObject: (signer: Signer) => signer.s3("GET", KEY),
  GetRole: (signer: Signer) => signer.query("iam", { Action: "GetRole", Version: VERSION, RoleName }),
} as const;

type Signer = ReturnType<typeof signerFor>;
type CallName = keyof typeof CALLS;

/** Attached policies and the statements in each: a user may have ten, of 6,144 characters each. */
const LOADS = [
  { statements: 1, policies: 1 },
  { statements: 500, policies: 10 },
] as const;

/** The last statement of the last policy is the one that allows; half of the others speak of the same action on other objects. */
function documentOf(policy: number, statementsEach: number, isLast: boolean): string {
  const statements = Array.from({ length: statementsEach }, (_, index) => ({
    Effect: "Allow",
    Action: index % 2 === 0 ? "s3:GetObject" : "s3:PutObject",
    Resource: `arn:aws:s3:::b${policy}-${index}/*`,
  }));
  const deciding = { Effect: "Allow", Action: ["s3:GetObject", "iam:GetRole", "sts:GetCallerIdentity"], Resource: "*" };
  const Statement = isLast ? [...statements.slice(1), deciding] : statements;
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** The calls of a user of that server with that many statements. Throws when one of them is refused. */
async function prepare(
  client: Client,
  port: number,
  { statements, policies }: (typeof LOADS)[number],
  isMoto: boolean,
) {
  const administrator = signerFor(port, ADMINISTRATOR);
  const iam = (parameters: Record<string, string>) => administrator.query("iam", { Version: VERSION, ...parameters });
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const requests = [
    await iam({ Action: "CreateUser", UserName }),
    await iam({ Action: "CreateRole", RoleName, AssumeRolePolicyDocument }),
    await administrator.s3("PUT", "/mybucket"),
    await administrator.s3("PUT", KEY, KILOBYTE),
  ];
  for (let policy = 0; policy < policies; policy++) {
    const PolicyName = `bench-${policy}`;
    const PolicyDocument = documentOf(policy, statements / policies, policy === policies - 1);
    requests.push(await iam({ Action: "CreatePolicy", PolicyName, PolicyDocument }));
    const PolicyArn = `arn:aws:iam::123456789012:policy/${PolicyName}`;
    requests.push(await iam({ Action: "AttachUserPolicy", UserName, PolicyArn }));
  }
  requests.push(await iam({ Action: "CreateAccessKey", UserName }));
  const answers = await client.ask(port, requests);
  if (isMoto) await client.ask(port, [checkFromNowOn]);
  const signer = signerFor(port, accessKeyIn(answers.at(-1)?.body ?? ""));
  const calls = await Promise.all(
    Object.entries(CALLS).map(async ([name, sign]) => [name, await sign(signer)] as const),
  );
  for (const answer of await client.ask(
    port,
    calls.map(([, request]) => request),
  )) {
    if (answer.status !== 200) throw new Error(`a call that is to be measured was refused: ${answer.body}`);
  }
  return Object.fromEntries(calls) as Record<CallName, WireRequest>;
}

export async function compareAuthorised(
  client: Client,
  effort: Effort,
  note: (text: string) => void,
): Promise<Outcome[]> {
  await using servers = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "mayfly-bench-"));
  servers.defer(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "mayfly.yaml");
  const { accessKeyId: id, secretAccessKey: secret } = ADMINISTRATOR;
  const accessKeys = [{ id, secret }];
  const users = { administrator: { managedPolicies: ["AdministratorAccess"], accessKeys } };
  writeFileSync(file, JSON.stringify({ users }));
  const programs: readonly Program[] = [mayfly(file), ...installed([moto], note)];
  const outcomes: Outcome[] = [];
  for (const load of LOADS) {
    await using running = new AsyncDisposableStack();
    const prepared = [];
    for (const program of programs) {
      const server = running.use(await start(program));
      const port = program.name === moto.name ? server.port : server.secondPort;
      const calls = await prepare(client, port, load, program.name === moto.name);
      prepared.push({ server: { ...server, port }, calls });
    }
    for (const name of Object.keys(CALLS) as CallName[]) {
      const comparison: Comparison = {
        title: `${name}, ${load.statements === 1 ? "one attached statement" : `${load.statements} attached statements`}`,
        contenders: prepared.map(({ server, calls }) => ({ ...server, requests: [calls[name]] })),
        connections: CONNECTIONS,
        closes: false,
        pairs: [{ of: "mayfly", to: moto.name }],
      };
      outcomes.push(await compare(client, comparison, effort));
    }
  }
  return outcomes;
}
