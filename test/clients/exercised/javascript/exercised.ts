// A service that calls AWS each second until SIGTERM, with the AWS SDK for JavaScript v3; the word on its command line says how it
// comes by its keys. `good` leaves that to the SDK. The others fetch them over HTTP and sign with what they have, each with a mistake
// that is made in the field.

import { setTimeout as pause } from "node:timers/promises";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const METADATA = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? "http://169.254.169.254";
const MINUTE = 60_000;

interface Keys {
  readonly expires: number;
  readonly client: STSClient;
}

const clientWith = (settings: object) => new STSClient({ ...settings, maxAttempts: 1 });
const callWith = (client: STSClient) => client.send(new GetCallerIdentityCommand({}));

async function ask(path: string, method: string, headers: Record<string, string>): Promise<string> {
  const answer = await fetch(METADATA + path, { method, headers, signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return await answer.text();
}

async function fetchKeys(version: 1 | 2 = 2): Promise<Keys> {
  const lifetime = { "X-aws-ec2-metadata-token-ttl-seconds": "21600" };
  const token = async () => ({ "X-aws-ec2-metadata-token": await ask("/latest/api/token", "PUT", lifetime) });
  const headers = version === 2 ? await token() : {};
  const roles = "/latest/meta-data/iam/security-credentials/";
  const given = JSON.parse(await ask(roles + (await ask(roles, "GET", headers)), "GET", headers));
  const credentials = {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.Token,
  };
  return { expires: Date.parse(given.Expiration), client: clientWith({ credentials }) };
}

async function eachSecond(work: () => Promise<unknown>): Promise<never> {
  for (;;) {
    await work().catch(({ name, message }) => process.stderr.write(`${name}: ${message}\n`));
    await pause(1000);
  }
}

async function early(minutes: number, version: 1 | 2, first?: Keys) {
  let keys = first;
  await eachSecond(async () => {
    if (!keys || keys.expires - Date.now() < minutes * MINUTE) keys = await fetchKeys(version);
    await callWith(keys.client);
  });
}

const WORDS: Record<string, () => Promise<unknown>> = {
  async good() {
    const client = clientWith({});
    await eachSecond(() => callWith(client));
  },
  /** https://github.com/durch/rust-s3/issues/163 */
  async forever() {
    const { client } = await fetchKeys();
    await eachSecond(() => callWith(client));
  },
  /** Whoever waits for the refusal has lost a call. */
  async "after-failure"() {
    let keys = await fetchKeys();
    await eachSecond(() =>
      callWith(keys.client).catch(async (refusal) => {
        keys = await fetchKeys();
        throw refusal;
      }),
    );
  },
  /** Workers begin with the keys of whoever started them, and each asks for new ones itself, all at the same time. */
  async stampede() {
    const first = await fetchKeys();
    await Promise.all(Array.from({ length: 20 }, () => early(10, 2, first)));
  },
  imdsv1: () => early(10, 1),
  /** A timer renews them, but its margin of five minutes has the wrong sign. */
  async timer() {
    let keys = await fetchKeys();
    const renewLater = () => {
      setTimeout(
        async () => {
          keys = await fetchKeys();
          renewLater();
        },
        keys.expires + 5 * MINUTE - Date.now(),
      );
    };
    renewLater();
    await eachSecond(() => callWith(keys.client));
  },
};

process.on("SIGTERM", () => process.exit(0));
await WORDS[process.argv[2] as string]?.();
