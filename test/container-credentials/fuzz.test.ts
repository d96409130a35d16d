// 10,000 random requests at each endpoint: none throws, each has an answer, and nothing but a right id or token gets credentials.

import { expect, test } from "vitest";
import { subjectOf } from "../../container-credentials/eks/pods.ts";
import { type Dice, dice } from "../../entropy/dice.ts";
import { serviceAccountTokens } from "../../signing/service-account-tokens.ts";
import { createWorld, MASTER_KEY, NOW, request } from "./world.ts";

const REQUESTS = 10_000;
const seeds = process.env.MAYFLY_TEST_SEED ? [Number(process.env.MAYFLY_TEST_SEED)] : [1, 2];
const world = createWorld();
const id = String(world.task("web")?.credentialsId);
const pod = world.containers.podIdentity?.pods.get("plain") ?? { name: "", namespace: "", serviceAccount: "" };
const token = serviceAccountTokens(MASTER_KEY, "https://example.com").mint(subjectOf(pod, MASTER_KEY), NOW, 60);

/** The text with some of its characters changed, taken away or doubled; often as it was. */
function mutated(throws: Dice, text: string): string {
  if (throws.chance(0.3)) return text;
  const at = throws.integer(text.length + 1);
  const other = throws.pick([
    "",
    "/",
    ".",
    "..",
    "%",
    "%2f",
    "?",
    "id=",
    "é",
    " ",
    "\u0000",
    "{}",
    "e30",
    text.slice(at),
  ]);
  const changed = text.slice(0, at) + other + text.slice(at + throws.integer(3));
  return throws.chance(0.5) ? changed : mutated(throws, changed);
}

test.each(seeds)("ECS, seed %i", async (seed) => {
  const throws = dice(`${seed}/ecs`);
  const paths = [`/v2/credentials/${id}`, `/v1/credentials?id=${id}`, "/v4/x/task", "/v4/x/task/stats", "/"];
  for (let i = 0; i < REQUESTS; i++) {
    const target = mutated(throws, throws.pick(paths));
    const { status, body } = await world.ecs(request(target, { realAt: i * 1000 }));
    expect([200, 301, 400, 404]).toContain(status);
    if (String(body).includes("SecretAccessKey")) expect(target).toContain(id);
  }
});

test.each(seeds)("EKS Pod Identity, seed %i", async (seed) => {
  const throws = dice(`${seed}/eks`);
  for (let i = 0; i < REQUESTS; i++) {
    const given = mutated(throws, token);
    const host = mutated(throws, throws.pick(["127.0.0.1:1342", "[fd00:ec2::23]:80", "localhost"]));
    const rawHeaders = ["Host", host, "Authorization", given];
    const { status, body } = await world.eks(request("/v1/credentials", { rawHeaders, realAt: i * 1000 }));
    expect([200, 400, 403]).toContain(status);
    if (String(body).includes("SecretAccessKey")) expect(given).toBe(token);
  }
});
