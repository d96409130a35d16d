// A world for EC2's tests: a whole simulation behind its sockets, with an administrator, people who may less, and AWS's own SDK.

import { EC2Client, type EC2ClientConfig, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { type Simulation, type SimulationOptions, simulate, type WrittenConfiguration } from "../../../index.ts";
import { ask, imdsToken } from "../../simulation/client.ts";

export const START = "2026-11-24T00:00:00Z";
export const ACCOUNT = "123456789012";
const trust = "ec2.amazonaws.com";

const allow = (Action: string | string[], Resource: string | string[] = "*", Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const secretOf = (id: string) => id.padEnd(40, "x");
const user = (id: string, ...Statement: object[]) => ({
  accessKeys: [{ id, secret: secretOf(id) }],
  policies: { own: { Version: "2012-10-17", Statement } },
});

export const PEOPLE = {
  admin: "AKIAADMINADMINADMIN1",
  /** May do all of EC2, but pass no role. */
  launcher: "AKIALAUNCHERLAUNCHER",
  /** May pass `first` alone, and only to EC2. */
  passer: "AKIAPASSERPASSERPAS1",
  /** Launches with IMDSv2 alone. */
  careful: "AKIACAREFULCAREFUL11",
  idle: "AKIAIDLEIDLEIDLEIDL1",
} as const;
export type Person = keyof typeof PEOPLE;

export const CONFIGURATION: WrittenConfiguration = {
  roles: { first: { trust }, second: { trust }, lambda: { trust: "lambda.amazonaws.com" } },
  instanceProfiles: { empty: {} },
  users: {
    admin: user(PEOPLE.admin, allow("*")),
    launcher: user(PEOPLE.launcher, allow("ec2:*")),
    passer: user(
      PEOPLE.passer,
      allow("ec2:*"),
      allow("iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/first`, {
        StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" },
        ArnLike: { "iam:AssociatedResourceArn": `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*` },
      }),
    ),
    careful: user(
      PEOPLE.careful,
      allow(["ec2:RunInstances", "ec2:CreateTags"], "*", {
        StringNotEqualsIfExists: { "ec2:MetadataHttpTokens": "optional" },
      }),
    ),
    idle: user(PEOPLE.idle, allow("s3:GetObject")),
  },
};

export interface World extends AsyncDisposable {
  readonly simulation: Simulation;
  /** The SDK of a person; the administrator unless one is named. */
  ec2(person?: Person, more?: EC2ClientConfig): EC2Client;
}

/** A world that is opened again has its time already. */
export async function world(
  more: WrittenConfiguration = {},
  options: SimulationOptions = {},
  which: "new" | "again" = "new",
): Promise<World> {
  const problems: unknown[] = [];
  const simulation = await simulate({
    ...(which === "new" && { startAt: Date.parse(START) }),
    ...{ speed: 0, configuration: { ...CONFIGURATION, ...more } },
    ...{ seed: "ec2", onProblem: (problem: unknown) => problems.push(problem) },
    ...options,
  });
  return {
    simulation,
    ec2: (person = "admin", settings = {}) => clientOf(simulation.urls.aws, person, settings),
    async [Symbol.asyncDispose]() {
      await simulation.close();
      if (problems.length > 0) throw new AggregateError(problems, "something should never have happened");
    },
  };
}

const clientOf = (endpoint: string, person: Person, settings: EC2ClientConfig) =>
  new EC2Client({
    ...{ endpoint, region: "us-east-1", maxAttempts: 1 },
    credentials: { accessKeyId: PEOPLE[person], secretAccessKey: secretOf(PEOPLE[person]) },
    ...settings,
  });

export const IMAGE = "ami-0123456789abcdef0";

/** One instance, with what is said of it; its id. */
export async function launch(client: EC2Client, more: object = {}): Promise<string> {
  const { Instances = [] } = await client.send(
    new RunInstancesCommand({ ImageId: IMAGE, MinCount: 1, MaxCount: 1, ...more }),
  );
  return Instances[0]?.InstanceId ?? "";
}

/** The same where only the endpoint is known, by a key whose secret is the id again. */
export function launchAt(endpoint: string, accessKeyId: string, Name: string): Promise<string> {
  const credentials = { accessKeyId, secretAccessKey: secretOf(accessKeyId) };
  return launch(new EC2Client({ endpoint, region: "us-east-1", credentials }), { IamInstanceProfile: { Name } });
}

/** The body of a 200 of that instance's metadata service below `latest/`, else the status. */
export async function metadata({ simulation }: World, instance: string, path: string): Promise<string | number> {
  const { variables } = await simulation.environment({ instance });
  const imds = (variables.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? "").replace(/\/$/, "");
  const headers = { "x-aws-ec2-metadata-token": await imdsToken(imds) };
  const { status, body } = await ask(`${imds}/latest/${path}`, { headers });
  return status === 200 ? body : status;
}

/** What a refusal says: `CODE STATUS: text`. */
export async function refusal(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => "nothing was refused",
    ({ name, message, $metadata }) => `${name} ${$metadata?.httpStatusCode}: ${message}`,
  );
}
