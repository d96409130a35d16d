// IMDS behind a real socket, every part of it real, and a client that sends a request as it stands: no library tidies the path or
// the headers.

import { connect } from "node:net";
import { machineTime } from "../../clock/real-time.ts";
import { createRotator } from "../../credential-rotator/create-rotator.ts";
import { foldRotation, NO_ROTATION } from "../../credential-rotator/state.ts";
import { secretKey } from "../../entropy/hash.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { createImds } from "../../imds/imds.ts";
import type { InstanceConfiguration } from "../../instances/configuration.ts";
import { createFleet } from "../../instances/fleet.ts";
import type { Instance } from "../../instances/instance.ts";
import { foldInstances, NO_INSTANCES } from "../../instances/state.ts";
import { imdsFace } from "../../network/faces.ts";
import { listen } from "../../network/listener.ts";
import { foldIdentities } from "../../roles/events.ts";
import { imdsTokens } from "../../signing/imds-tokens.ts";
import { ACCOUNT, LAUNCH, NOW, signIdentity } from "./parts.ts";

export interface Served {
  readonly port: number;
  readonly instance: Instance;
  /** Empty without one. */
  readonly roleName: string;
  /** A token of the instance with so many seconds to live, minted at `NOW`. */
  token(ttlSeconds: number): string;
  setNow(at: number): void;
  close(): Promise<void>;
}

/** The instance of that configuration on a free port of loopback; the account has a role of each kind. */
export async function serve(configuration: InstanceConfiguration): Promise<Served> {
  const loaded = {
    type: "configuration.loaded",
    at: LAUNCH,
    configuration: {
      account: ACCOUNT,
      region: "us-east-1",
      roles: { "mybucket-access": { trust: "ec2.amazonaws.com" }, untrusted: { trust: "lambda.amazonaws.com" } },
      instances: { demo: { ...configuration, rotation: "ec2" } },
    },
  } as const;
  const [instances, rotation] = [foldInstances(NO_INSTANCES, loaded), foldRotation(NO_ROTATION, loaded)];
  const account = foldIdentities(undefined, loaded, () => ({ accessKeyId: "", secretAccessKey: "" }));
  const fleet = createFleet(() => instances);
  const instance = fleet.byName("demo", NOW);
  if (!instance) throw new Error("one instance was configured");
  const entropy = seededEntropy("imds");
  const [masterKey, identities] = [secretKey(entropy.bytes(32)), () => account];
  const rotator = createRotator({
    masterKey,
    entropy,
    fleet,
    identities,
    identitiesAt: identities,
    state: () => rotation,
  });
  const tokens = imdsTokens(masterKey, entropy);
  const failures: unknown[] = [];
  let now = NOW;
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    face: imdsFace,
    handle: createImds({
      findInstance: (request) => fleet.callerOf(request, request.at),
      rotator,
      tokens,
      signIdentity,
      identities,
    }),
    stamp: () => ({ at: now, realAt: now }),
    wait: machineTime.wait,
    onFailure: (error) => failures.push(error),
  });
  return {
    port: listener.port,
    instance,
    roleName: rotator.roleName(instance, NOW) ?? "",
    token: (ttlSeconds) => tokens.mint(instance.instanceId, ttlSeconds, NOW),
    setNow: (at) => {
      now = at;
    },
    async close() {
      await listener.close();
      if (failures.length > 0) throw new AggregateError(failures, "a handler failed");
    },
  };
}

export interface RawAnswer {
  readonly version: string;
  readonly status: number;
  readonly statusText: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** One request on a connection of its own; resolves when the server has closed it, as EC2 does after each answer. */
export async function send(
  port: number,
  method: string,
  path: string,
  headers: readonly (readonly [name: string, value: string])[],
): Promise<RawAnswer> {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const socket = connect(port, "127.0.0.1");
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: 169.254.169.254\r\n${lines}\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return parse(Buffer.concat(chunks));
}

function parse(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const [version = "", status = "", ...words] = statusLine.split(" ");
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { version, status: Number(status), statusText: words.join(" "), rawHeaders, body: bytes.subarray(end + 4) };
}
