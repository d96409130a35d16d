// What do containers see of AWS besides instance metadata? Both endpoints, and what leads a program to them.

import type { Clock } from "../clock/clock.ts";
import type { CredentialRotator } from "../credential-rotator/rotator.ts";
import { derivedHexId } from "../entropy/derive.ts";
import type { Entropy } from "../entropy/entropy.ts";
import type { SecretKey } from "../entropy/hash.ts";
import type { HttpHandler } from "../network/message.ts";
import { serviceAccountTokens } from "../signing/service-account-tokens.ts";
import { createEcs } from "./ecs/ecs.ts";
import type { Task } from "./ecs/task.ts";
import { createTasks } from "./ecs/tasks.ts";
import { createPodIdentity } from "./eks/pod-identity.ts";
import { subjectOf } from "./eks/pods.ts";
import { TokenFiles } from "./eks/token-files.ts";
import type { ContainersState } from "./state.ts";

export interface ContainerEndpointsParts {
  state(): ContainersState;
  readonly rotator: CredentialRotator;
  readonly masterKey: SecretKey;
  readonly entropy: Entropy;
  readonly clock: Clock;
}

export interface ContainerEndpoints extends Disposable {
  /** 169.254.170.2 */
  readonly ecs: HttpHandler;
  /** 169.254.170.23 and fd00:ec2::23 */
  readonly eks: HttpHandler;
  task(name: string): Task | undefined;
  /** The path of the file with the token of a pod that the configuration names; undefined where it names none such. */
  tokenFile(podName: string): string | undefined;
}

export function createContainerEndpoints(parts: ContainerEndpointsParts): ContainerEndpoints {
  const { state, rotator, masterKey, entropy, clock } = parts;
  const { accountId, region } = state();
  const issuerId = derivedHexId("", 32, "oidc issuer", accountId, region).toUpperCase();
  const tokens = serviceAccountTokens(masterKey, `https://oidc.eks.${region}.amazonaws.com/id/${issuerId}`);
  const tasks = createTasks(state, masterKey);
  const files = new TokenFiles(clock, tokens);
  return {
    ecs: createEcs({ tasks, rotator }),
    eks: createPodIdentity({ state, rotator, tokens, masterKey, entropy }),
    task: (name) => tasks.byName(name),
    tokenFile(podName) {
      const pod = state().podIdentity?.pods.get(podName);
      return pod && files.fileOf(subjectOf(pod, masterKey));
    },
    [Symbol.dispose]: () => files[Symbol.dispose](),
  };
}
