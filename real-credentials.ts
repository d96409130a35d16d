// What must be so where the credentials of a role are real? Its source gives keys that open real doors, so that the configuration, the
// listeners and the start are stricter.

import type { MovableClock } from "./clock/clock.ts";
import type { Configuration, WrittenConfiguration } from "./configuration.ts";
import { parseEndpoint } from "./network/endpoint.ts";
import { isLoopback } from "./network/host.ts";

/** The names of the roles that have a source. */
export const rolesWithSource = ({ roles = {} }: Pick<WrittenConfiguration, "roles">): string[] =>
  Object.entries(roles).flatMap(([name, { source }]) => (source === undefined ? [] : [name]));

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
}

const OPEN = "would offer real credentials beyond loopback: set allowRealCredentials: true where that is wanted";

/** What a configuration may not say of its instances. */
export function* realCredentialsFaults(configuration: WrittenConfiguration): Generator<Fault> {
  const { instances = {}, instanceProfiles = {}, allowRealCredentials } = configuration;
  const real = new Set(rolesWithSource(configuration));
  if (real.size === 0) return;
  for (const [name, { instanceProfile = "", listen, metadataOptions }] of Object.entries(instances)) {
    const profile = instanceProfiles[instanceProfile];
    const role = profile ? profile.role : instanceProfile;
    if (role !== undefined && real.has(role) && metadataOptions?.httpTokens === "optional") {
      const message = `must be required: the credentials of the role ${role} are real`;
      yield { path: ["instances", name, "metadataOptions", "httpTokens"], message };
    }
    if (listen !== undefined && !allowRealCredentials && !isLoopback(parseEndpoint(listen).host)) {
      yield { path: ["instances", name, "listen"], message: OPEN };
    }
  }
}

/** Error where the configuration does not allow what listens at that host, as `127.0.0.1`. */
export function demandAllowed(configuration: Configuration | undefined, host: string): void {
  if (configuration === undefined || configuration.allowRealCredentials || isLoopback(host)) return;
  const [role] = rolesWithSource(configuration);
  if (role !== undefined) throw new Error(`role ${role}: IMDS at ${host} ${OPEN}`);
}

/** The first role to which a configuration gives a source that it does not have now. */
export function newSource(wanted: Configuration, now: Configuration | undefined): string | undefined {
  const sourceOf = (name: string, { roles = {} }: Pick<Configuration, "roles">) => JSON.stringify(roles[name]?.source);
  return rolesWithSource(wanted).find((name) => sourceOf(name, wanted) !== sourceOf(name, now ?? {}));
}

const CLOCK_TOLERANCE_MILLISECONDS = 1_000;

/** The line that the start prints; undefined where nothing is real. */
export function realCredentialsWarning(configuration: Configuration, clock: MovableClock): string | undefined {
  const names = rolesWithSource(configuration);
  if (names.length === 0) return undefined;
  const roles = names.length === 1 ? `the role ${names[0]} has` : `the roles ${names.join(", ")} have`;
  const distance = Math.abs(clock.now() - clock.realNow());
  const isReal = clock.setting.speed === 1 && distance < CLOCK_TOLERANCE_MILLISECONDS;
  const otherwise = isReal ? "" : "; they expire in real time, which the simulated clock does not follow";
  return `${roles} real credentials: whoever reaches the metadata service can use them${otherwise}`;
}

/** Warns when it is called, and when the clock is moved, if there is something to warn of that was not just said. */
export function realCredentialsWatch(
  configuration: () => Configuration | undefined,
  clock: MovableClock,
  warn: (line: string) => void,
): () => void {
  let said: string | undefined;
  const look = () => {
    const now = configuration();
    const line = now && realCredentialsWarning(now, clock);
    if (line !== undefined && line !== said) warn(line);
    said = line;
  };
  clock.onMove(look);
  return look;
}
