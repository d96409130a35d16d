// A world with faults, and clients that see every byte: IMDS by a bare socket, the AWS endpoints by a signed request that is sent once.

import { connect } from "node:net";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { onTestFinished } from "vitest";
import {
  type Configuration,
  type Simulation,
  type SimulationOptions,
  simulate,
  type WrittenFault,
} from "../../index.ts";
import { type RawAnswer, send } from "../imds/socket.ts";
import { type RoleDocument, roleCredentials, s3Client } from "../simulation/client.ts";

export const START = Date.parse("2026-11-24T00:00:00Z");
export const ROLE_PATH = "/latest/meta-data/iam/security-credentials/mybucket-access";
const TOKEN_PATH = "/latest/api/token";

export const demo: Configuration = {
  account: "123456789012",
  region: "us-east-1",
  roles: {
    "mybucket-access": { trust: "ec2.amazonaws.com", managedPolicies: ["AdministratorAccess"] },
  },
  buckets: ["mybucket"],
  instances: { demo: { instanceProfile: "mybucket-access" } },
};

/** A world whose clock stands still; it ends with the test. */
export async function faulty(
  faults: readonly Record<string, unknown>[] = [],
  options: SimulationOptions = {},
): Promise<Simulation> {
  const configuration = { ...demo, faults } as Configuration;
  const problems: unknown[] = [];
  const onProblem = (problem: unknown) => problems.push(problem);
  const simulation = await simulate({ configuration, speed: 0, startAt: START, onProblem, ...options });
  onTestFinished(async () => {
    await simulation.close();
    if (problems.length > 0) throw new AggregateError(problems, "something that should never happen");
  });
  return simulation;
}

const portOf = (url: string) => Number(new URL(url).port);

export const put = ({ urls }: Simulation): Promise<RawAnswer> =>
  send(portOf(urls.imds), "PUT", TOKEN_PATH, [["X-aws-ec2-metadata-token-ttl-seconds", "21600"]]);

export const token = async (simulation: Simulation) => (await put(simulation)).body.toString();

export const get = ({ urls }: Simulation, path: string, withToken: string, method = "GET"): Promise<RawAnswer> =>
  send(portOf(urls.imds), method, path, [["X-aws-ec2-metadata-token", withToken]]);

export const credentials = ({ urls }: Simulation): Promise<RoleDocument> => roleCredentials(urls.imds);

/** What came before the connection closed, and how it closed. */
export async function last(url: string, request: string): Promise<{ text: string; error: string | undefined }> {
  const socket = connect(portOf(url), "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<{ text: string; error: string | undefined }>();
  let text = "";
  let error: string | undefined;
  socket.setEncoding("latin1").on("data", (piece: string) => {
    text += piece;
  });
  socket.on("error", ({ code }: NodeJS.ErrnoException) => {
    error = code;
  });
  socket.on("close", () => resolve({ text, error }));
  socket.write(request);
  return promise;
}

export const rawPut = `PUT ${TOKEN_PATH} HTTP/1.1\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n`;
export const rawGet = (withToken: string, path = ROLE_PATH) =>
  `GET ${path} HTTP/1.1\r\nX-aws-ec2-metadata-token: ${withToken}\r\n\r\n`;

interface Refusal {
  readonly code: string;
  readonly status: number | undefined;
  readonly message: string;
  readonly date: string | undefined;
}

/** What became of a call. */
export async function outcome(call: Promise<unknown>): Promise<"done" | Refusal> {
  try {
    await call;
    return "done";
  } catch (problem) {
    const { name, message, code, $metadata, $response } = problem as Error & {
      code?: string;
      $metadata?: { httpStatusCode?: number };
      $response?: { headers?: Record<string, string> };
    };
    return {
      code: $metadata?.httpStatusCode === undefined ? (code ?? name) : name,
      status: $metadata?.httpStatusCode,
      message,
      date: $response?.headers?.date,
    };
  }
}

export interface Callers {
  readonly s3: S3Client;
  list(): Promise<unknown>;
  write(): Promise<unknown>;
  read(): Promise<unknown>;
  whoami(): Promise<unknown>;
}

/** Clients with these keys, or those of the instance, which try once only. */
export async function callers(simulation: Simulation, keys?: RoleDocument): Promise<Callers> {
  const found = keys ?? (await credentials(simulation));
  const s3 = s3Client(simulation, found);
  const sts = new STSClient({
    region: "us-east-1",
    endpoint: simulation.urls.aws,
    credentials: s3.config.credentials,
    maxAttempts: 1,
  });
  const item = { Bucket: "mybucket", Key: "item" };
  return {
    s3,
    list: () => s3.send(new ListObjectsV2Command({ Bucket: "mybucket" })),
    write: () => s3.send(new PutObjectCommand({ ...item, Body: "written" })),
    read: async () => (await s3.send(new GetObjectCommand(item))).Body?.transformToString(),
    whoami: () => sts.send(new GetCallerIdentityCommand({})),
  };
}

/** Raises it, and gives its id. */
export const raise = async (simulation: Simulation, fault: Record<string, unknown>): Promise<string> =>
  (await simulation.faults.raise(fault as WrittenFault)).id;
