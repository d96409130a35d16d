// Where does a pod find its token? In a file that is renewed before the token expires, as kubelet does on a node.
// https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken

import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Clock } from "../../clock/clock.ts";
import type { PodSubject, ServiceAccountTokens } from "../../signing/service-account-tokens.ts";

/** What EKS asks kubelet for. https://github.com/aws/amazon-eks-pod-identity-webhook, --token-expiration */
const LIFETIME_SECONDS = 86_400;
/** Kubelet renews a token that has lived four fifths of its life. */
const RENEWED_AFTER_MILLISECONDS = LIFETIME_SECONDS * 1000 * 0.8;

/** Readable by the own user alone; they go when it is disposed of. */
export class TokenFiles implements Disposable {
  readonly #clock: Clock;
  readonly #tokens: ServiceAccountTokens;
  #directory: string | undefined;
  /** How to end the renewal, by file. */
  readonly #renewals = new Map<string, () => void>();

  constructor(clock: Clock, tokens: ServiceAccountTokens) {
    this.#clock = clock;
    this.#tokens = tokens;
  }

  /** The path of the pod's file, which from now on has a valid token. */
  fileOf(pod: PodSubject): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), "mayfly-pods-"));
    const file = join(this.#directory, pod.namespace, pod.serviceAccount, pod.podName, "eks-pod-identity-token");
    if (!this.#renewals.has(file)) this.#renew(file, pod);
    return file;
  }

  #renew(file: string, pod: PodSubject): void {
    const at = this.#clock.now();
    mkdirSync(dirname(file), { recursive: true });
    // In one step, so that nobody reads half of it. Without a line end: SDKs would refuse it.
    writeFileSync(`${file}.new`, this.#tokens.mint(pod, at, LIFETIME_SECONDS), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    this.#renewals.set(
      file,
      this.#clock.at(at + RENEWED_AFTER_MILLISECONDS, () => this.#renew(file, pod)),
    );
  }

  [Symbol.dispose](): void {
    for (const end of this.#renewals.values()) end();
    this.#renewals.clear();
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }
}
