// A simulation in a process of its own, so that a test sees what its memory comes to: tells where it listens, and at any message
// the most that it has ever held.

import { parseConfiguration, simulate } from "../../index.ts";

const [accessKeyId = "", secretAccessKey = ""] = process.argv.slice(2);
const accessKeys = [{ id: accessKeyId, secret: secretAccessKey }];
const written = { users: { alice: { managedPolicies: ["AdministratorAccess"], accessKeys } }, buckets: ["mybucket"] };
const simulation = await simulate({
  configuration: parseConfiguration(JSON.stringify(written), "this test"),
  onProblem: (problem) => process.send?.({ problem: String(problem) }),
});
process.on("message", () => process.send?.({ mostBytes: process.resourceUsage().maxRSS * 1024 }));
process.on("disconnect", () => void simulation.close());
process.send?.({ url: simulation.urls.aws });
