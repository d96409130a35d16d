// A simulation of 1,000 instances with faults on, in a process of its own, so that a test sees what its heap comes to: tells where
// it listens, and at any message the heap in use after a collection.

import { parseConfiguration, simulate } from "../../index.ts";

const ROLE = {
  trust: "ec2.amazonaws.com",
  policies: {
    own: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: ["arn:aws:s3:::shared", "arn:aws:s3:::shared/*"] }],
    },
  },
};
const FAULTS = [
  { fault: "status", status: 503, face: "imds", probability: 0.03 },
  { fault: "reset-connection", probability: 0.01 },
  { fault: "cut-answer", probability: 0.01 },
  { fault: "slow-first-byte", delay: "50ms", probability: 0.02 },
  { fault: "swallow", probability: 0.002 },
  { fault: "truncated-json", probability: 0.02 },
  { fault: "missing-fields", fields: ["Expiration"], probability: 0.02 },
  { fault: "expired-credentials", instance: "fleet-7" },
  { fault: "stale-credentials", instance: "fleet-8" },
  { fault: "revoked-tokens", lifetime: "30s", probability: 0.02 },
  { fault: "aws-error", error: "SlowDown", probability: 0.02 },
];
const [seed = ""] = process.argv.slice(2);
const written = {
  roles: { first: ROLE, second: ROLE },
  buckets: ["shared"],
  instances: { fleet: { count: 1000, instanceProfile: "first", sourceAddress: "127.1.0.1" } },
  faults: FAULTS.map((fault, i) => ({ ...fault, seed: `${seed}/${i}` })),
};
const simulation = await simulate({
  configuration: parseConfiguration(JSON.stringify(written), "this test"),
  // Each minute an hour: renewals and expiries are part of the load.
  speed: 60,
  logSize: 2_000,
  onProblem: (problem) => process.send?.({ problem: problem instanceof Error ? problem.stack : String(problem) }),
});
process.on("message", () => {
  globalThis.gc?.();
  process.send?.({ heapBytes: process.memoryUsage().heapUsed });
});
process.on("disconnect", () => void simulation.close());
process.send?.({ urls: simulation.urls });
