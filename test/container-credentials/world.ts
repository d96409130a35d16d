// A small world for the tests of this room: both endpoints on folded state, and requests as plain objects.

import type { Configuration } from "../../configuration.ts";
import { createContainerEndpoints } from "../../container-credentials/endpoints.ts";
import { foldContainers, NO_CONTAINERS } from "../../container-credentials/state.ts";
import { createRotator } from "../../credential-rotator/create-rotator.ts";
import { foldRotation, NO_ROTATION } from "../../credential-rotator/state.ts";
import { secretKey, sha256 } from "../../entropy/hash.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { createFleet } from "../../instances/fleet.ts";
import { NO_INSTANCES } from "../../instances/state.ts";
import type { HttpReply, HttpRequest } from "../../network/message.ts";
import { foldIdentities } from "../../roles/events.ts";
import type { Identities } from "../../roles/model.ts";

export const NOW = Date.parse("2026-11-24T00:00:00Z");
export const HOUR = 3_600_000;
export const DATE = "Tue, 24 Nov 2026 00:00:00 GMT";
export const MASTER_KEY = secretKey(sha256("containers"));

export const TRUST = { trust: ["ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com"] };

export const CONFIGURATION: Configuration = {
  account: "123456789012",
  region: "us-east-1",
  roles: { web: { ...TRUST, path: "/apps/" }, "for-ec2": { trust: "ec2.amazonaws.com" } },
  tasks: {
    web: { taskRole: "web", tags: { Team: "R&D", Stage: "test" } },
    bare: {},
    untrusted: { taskRole: "for-ec2" },
    several: { cluster: "blue", family: "shop", revision: 7, containers: { one: { image: "shop:1" }, two: {} } },
  },
  podIdentity: {
    clusterName: "mayfly-cluster",
    associations: [
      { namespace: "default", serviceAccount: "app", role: "web" },
      { namespace: "default", serviceAccount: "untrusted", role: "for-ec2" },
      { namespace: "default", serviceAccount: "plain", role: "web", disableSessionTags: true },
    ],
    pods: {
      "app-7d9f8b6c4-x2x9z": { serviceAccount: "app" },
      untrusted: { serviceAccount: "untrusted" },
      plain: { serviceAccount: "plain" },
      alone: {},
    },
  },
};

export function createWorld(written: Configuration = CONFIGURATION) {
  const loaded = { type: "configuration.loaded", at: NOW + 400, configuration: written } as const;
  const identities: Identities = foldIdentities(undefined, loaded, () => ({ accessKeyId: "", secretAccessKey: "" }));
  const rotation = foldRotation(NO_ROTATION, loaded);
  const containers = foldContainers(NO_CONTAINERS, loaded);
  const rotator = createRotator({
    masterKey: MASTER_KEY,
    entropy: seededEntropy("rotator"),
    fleet: createFleet(() => NO_INSTANCES),
    state: () => rotation,
    identities: () => identities,
    identitiesAt: () => identities,
  });
  const endpoints = createContainerEndpoints({
    state: () => containers,
    rotator,
    masterKey: MASTER_KEY,
    entropy: seededEntropy("containers"),
    clock: { now: () => NOW, at: () => () => {} },
  });
  return { ...endpoints, rotator, containers };
}

export function request(target: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: "GET",
    target,
    rawHeaders: ["Host", "127.0.0.1"],
    body: (async function* () {})(),
    at: NOW,
    realAt: 1,
    remoteAddress: "127.0.0.1",
    remotePort: 50_000,
    localAddress: "127.0.0.1",
    localPort: 1341,
    ...more,
  };
}

export const jsonOf = ({ body }: HttpReply) => JSON.parse(String(body));
