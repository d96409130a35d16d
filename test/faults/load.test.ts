// A thousand instances under mixed load while everything goes wrong: no answer belongs to another instance, and nothing falls over.

import { connect } from "node:net";
import { expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { demo, faulty, ROLE_PATH } from "./world.ts";

const INSTANCES = 1_000;
const ROUNDS = 2_000;
const AT_ONCE = 32;
const seed = process.env.MAYFLY_TEST_SEED ?? "load";

const FAULTS = [
  { fault: "status", status: 503, probability: 0.1 },
  { fault: "reset-connection", probability: 0.05 },
  { fault: "cut-answer", probability: 0.05 },
  { fault: "truncated-json", probability: 0.1 },
  { fault: "expired-credentials", probability: 0.1 },
  { fault: "late-renewal", by: "30m", probability: 0.1 },
  { fault: "stale-credentials", probability: 0.1 },
  { fault: "revoked-tokens", lifetime: "10m", probability: 0.2 },
  { fault: "slow-body", bytesPerSecond: 100_000, probability: 0.02 },
  { fault: "throttle", requestsPerSecond: 2 },
  { fault: "swallow", method: "PUT", probability: 0.01 },
];

/** The answer of one request; what was swallowed is given up when a tick has passed without a byte. */
function exchange(port: number, localAddress: string, request: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  let text = "";
  const patience = setTimeout(() => socket.destroy(), 500);
  socket.setEncoding("latin1").on("data", (piece: string) => {
    text += piece;
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    clearTimeout(patience);
    resolve(text);
  });
  socket.write(request);
  return promise;
}

const bodyOf = (text: string) => text.split("\r\n\r\n")[1] ?? "";

test(`${ROUNDS} rounds of a token, an id and credentials on ${INSTANCES} instances, MAYFLY_TEST_SEED=${seed}`, async () => {
  const instances = { fleet: { instanceProfile: "mybucket-access", sourceAddress: "127.0.16.0", count: INSTANCES } };
  const simulation = await faulty([], { configuration: { ...demo, instances, faults: FAULTS as never } });
  const port = Number(new URL(simulation.urls.imds).port);
  const throws = dice(seed);
  const ids = new Map<number, string>();
  const keys = new Map<string, number>();
  let [sound, spoilt] = [0, 0];

  const round = async () => {
    const index = throws.integer(INSTANCES);
    const from = `127.0.${16 + (index >> 8)}.${index & 255}`;
    const put = "PUT /latest/api/token HTTP/1.1\r\nX-aws-ec2-metadata-token-ttl-seconds: 600\r\n\r\n";
    const token = bodyOf(await exchange(port, from, put));
    const read = (path: string) =>
      exchange(port, from, `GET ${path} HTTP/1.1\r\nX-aws-ec2-metadata-token: ${token}\r\n\r\n`).then(bodyOf);
    const id = await read("/latest/meta-data/instance-id");
    if (/^i-[0-9a-f]{17}$/.test(id)) {
      expect(id).toBe(ids.get(index) ?? id);
      ids.set(index, id);
    }
    const key = /"AccessKeyId" : "(ASIA\w{16})"/.exec(await read(ROLE_PATH))?.[1];
    if (key === undefined) spoilt++;
    else {
      sound++;
      expect(keys.get(key) ?? index).toBe(index);
      keys.set(key, index);
    }
    if (throws.chance(0.02)) await simulation.clock.advance("7m");
  };
  let left = ROUNDS;
  const worker = async () => {
    while (left-- > 0) await round();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  expect(new Set(ids.values()).size).toBe(ids.size);
  expect([sound > ROUNDS / 10, spoilt > ROUNDS / 10]).toEqual([true, true]);
  const reports = await simulation.faults.list();
  expect(reports.filter(({ struck }) => struck === 0).map(({ fault }) => fault.fault)).toEqual([]);
}, 60_000);
