// How do the parts fit together? The only place that builds them: history, clock, instances, rotator, the faces.

import { createAwsApi } from "./aws-api/front-door.ts";
import type { IamParts } from "./aws-api/iam/operation.ts";
import { BlobKeeper } from "./aws-api/s3/blob-keeper.ts";
import { isNamed } from "./aws-api/s3/state.ts";
import type { MovableClock } from "./clock/clock.ts";
import { startHeartbeat } from "./clock/heartbeat.ts";
import { clockOf } from "./clock/moved-clock.ts";
import { machineTime } from "./clock/real-time.ts";
import { checkConfiguration, demoConfiguration } from "./configuration.ts";
import type { ContainerEndpoints, ContainerEndpointsParts } from "./container-credentials/endpoints.ts";
import { RequestLog } from "./control/request-log.ts";
import { createRotator, type RotatorParts } from "./credential-rotator/create-rotator.ts";
import type { KnowledgeParts } from "./credential-rotator/known-identities.ts";
import type { CredentialRotator, RotationAnnouncement } from "./credential-rotator/rotator.ts";
import { createSourcedSets } from "./credential-rotator/sourced-sets.ts";
import type { Entropy } from "./entropy/entropy.ts";
import { seededEntropy, systemEntropy } from "./entropy/random.ts";
import { Faults } from "./faults/faults.ts";
import { awsInterference, imdsInterference } from "./faults/interference.ts";
import { createImds } from "./imds/imds.ts";
import { createFleet, type Fleet } from "./instances/fleet.ts";
import { valueAt } from "./instances/timeline.ts";
import { commit } from "./journal/commit.ts";
import type { HttpHandler } from "./network/message.ts";
import { discoverKeys } from "./network/open-id-discovery.ts";
import { realCredentialsWatch } from "./real-credentials.ts";
import type { Identities } from "./roles/model.ts";
import { createSignIn, type SignIn } from "./sign-in/sign-in.ts";
import { userAccessKeys } from "./signing/access-keys.ts";
import type { CertificateAuthority } from "./signing/certificate-authority.ts";
import { imdsTokens } from "./signing/imds-tokens.ts";
import { identitySigner } from "./signing/sign-identity.ts";
import type { SimulationOptions } from "./simulation.ts";
import { requireMasterKey, type World, type WorldEvent } from "./world.ts";
import { type History, keptSetting, openHistory } from "./world-history.ts";

/** Everything that runs, before anything listens. */
export interface Simulator extends AsyncDisposable {
  readonly world: World;
  readonly clock: MovableClock;
  readonly entropy: Entropy;
  readonly fleet: Fleet;
  readonly rotator: CredentialRotator;
  readonly log: RequestLog;
  readonly faults: Faults;
  /** Oldest first, bounded. */
  readonly announcements: readonly RotationAnnouncement[];
  /** How many there were of each kind. */
  readonly announced: Readonly<Record<RotationAnnouncement["kind"], number>>;
  /** The position of the journal. */
  journalPosition(): number;
  readonly imds: HttpHandler;
  /** The same for callers who are that instance, wherever they come from. */
  imdsAs(instanceName: string): HttpHandler;
  readonly aws: HttpHandler;
  /** Into the console. */
  readonly signIn: SignIn;
  /** Made for the first who asks: most worlds have no containers. */
  containers(): Promise<ContainerEndpoints>;
  /** The one of this run, made when the first one asks. */
  certificateAuthority(): Promise<CertificateAuthority>;
  /** Changes the world: decides on it as it is, and resolves once the events are safe. */
  change<Result>(
    decide: (world: World) => { readonly events: readonly WorldEvent[]; readonly result: Result },
  ): Promise<Result>;
  /** Announces what has happened until now, also by a change of that instant, and asks for what is due. */
  beat(changedAt?: number): void;
  /** Resolves when no source is being asked any more, or after ten seconds. */
  settled(): Promise<void>;
  /** Has something done after each change by the EC2 API, before its answer. */
  onInstancesChanged(follow: () => Promise<void>): void;
  /** To be called when a configuration has taken effect. */
  warnOfRealCredentials(): void;
}

const LOG_SIZE = 10_000;
const ANNOUNCEMENTS_KEPT = 1_000;

export async function buildSimulator(options: SimulationOptions): Promise<Simulator> {
  const entropy = options.seed === undefined ? systemEntropy() : seededEntropy(options.seed);
  const history = await historyOf(options, entropy);
  const { world, journal, blobs } = history;
  const clock = clockOf(keptSetting(world, machineTime.now()));
  const fleet = createFleet(() => world.instances);
  const masterKey = requireMasterKey(world);
  const identities = () => world.identities as Identities;
  const warn = options.onWarning ?? ((line: string) => process.emitWarning(line));
  const { rotatorParts, rotator, sources, announcements, announced, look, lookAgain } = rotation(
    world,
    { clock, entropy, fleet },
    warn,
  );
  const faults = new Faults(() => world.faults);
  const rotatorOfFaults = onDemand(() => createRotator(rotatorParts));
  const tokens = imdsTokens(masterKey, entropy);
  const imdsParts = {
    rotator,
    tokens,
    signIdentity: identitySigner(),
    identities,
    hosts: () => world.configuration?.imds?.hosts ?? [],
    interferenceWith: imdsInterference(faults, { tokens, rotator: rotatorOfFaults }),
  };
  // Instances are launched, and get their first credentials, in the second in which the world begins.
  look(world.lastEventAt - 1000, clock.now());
  const opened = new DisposableStack();
  const containers = containersOnDemand({ state: () => world.containers, rotator, masterKey, entropy, clock }, opened);
  const heartbeat = startHeartbeat(clock, look, { nextAt: (after) => rotator.nextAnnouncementAt(after) });
  const beat = (changedAt?: number) => {
    heartbeat.beat();
    if (changedAt !== undefined) lookAgain(changedAt, clock.now());
    sources.renewDue(clock.now());
  };
  const { onInstancesChanged, instancesChanged } = followed(beat);
  return {
    world,
    clock,
    entropy,
    fleet,
    rotator,
    announcements,
    announced,
    journalPosition: () => journal.position,
    log: new RequestLog(options.logSize ?? LOG_SIZE),
    imds: createImds({ ...imdsParts, findInstance: (request) => fleet.callerOf(request, request.at) }),
    imdsAs: (name) => createImds({ ...imdsParts, findInstance: ({ at }) => fleet.byName(name, at) }),
    containers,
    certificateAuthority: onDemand(async () =>
      (await import("./signing/certificate-authority.ts")).createCertificateAuthority(),
    ),
    faults,
    signIn: createSignIn({ masterKey, entropy, rotator, identities, commit: identitiesCommit(history) }),
    aws: awsApi(history, options, { entropy, rotator, identities, faults, fleet, instancesChanged }),
    change: (decide) => commit(journal, () => decide(world)),
    beat,
    onInstancesChanged,
    settled: () => sources.settled(),
    warnOfRealCredentials: realCredentialsWatch(() => world.configuration, clock, warn),
    async [Symbol.asyncDispose]() {
      heartbeat[Symbol.dispose]();
      sources[Symbol.dispose]();
      opened.dispose();
      clock[Symbol.dispose]();
      await journal.close();
      await blobs.close();
    },
  };
}

/** The credentials of all roles: what is in force, and what has happened to it. */
function rotation(
  world: World,
  { clock, entropy, fleet }: Pick<Simulator, "clock" | "entropy" | "fleet">,
  warn: (line: string) => void,
) {
  const announcements: RotationAnnouncement[] = [];
  const announced = { issued: 0, renewed: 0, expired: 0 };
  const announce = (...made: readonly RotationAnnouncement[]) => {
    for (const { kind } of made) announced[kind]++;
    announcements.push(...made);
    announcements.splice(0, announcements.length - ANNOUNCEMENTS_KEPT);
  };
  const known: KnowledgeParts & { readonly fleet: Fleet } = {
    fleet,
    state: () => world.rotation,
    identities: () => world.identities as Identities,
    identitiesAt: (at) => valueAt(world.identitiesHistory, at) ?? (world.identitiesHistory[0]?.value as Identities),
  };
  const now = () => ({ at: clock.now(), realAt: clock.realNow() });
  const sources = createSourcedSets({
    ...known,
    obtain: async (source, asking) => (await import("./credential-sources/obtain.ts")).obtain(source, asking),
    now,
    wait: machineTime.wait,
    announce,
    warn,
  });
  const rotatorParts: RotatorParts = { ...known, masterKey: requireMasterKey(world), entropy, sources };
  const rotator = createRotator(rotatorParts);
  const look = (from: number, to: number) => {
    announce(...rotator.announcements(from, to, ANNOUNCEMENTS_KEPT));
    sources.renewDue(to);
  };
  /** What a change brought about in instants that were looked at before it was there. */
  const lookAgain = (from: number, to: number) => {
    const told = new Set(announcements.filter(({ at }) => at >= from).map((made) => JSON.stringify(made)));
    const made = rotator.announcements(from - 1, to, ANNOUNCEMENTS_KEPT).filter(({ at }) => at >= from);
    announce(...made.filter((each) => !told.has(JSON.stringify(each))));
  };
  return { rotatorParts, rotator, sources, announcements, announced, look, lookAgain };
}

/** What happens when the EC2 API has changed something: announcements, and what someone wants done besides. */
function followed(beat: (changedAt: number) => void) {
  let follow = async () => {};
  return {
    onInstancesChanged(wanted: () => Promise<void>) {
      follow = wanted;
    },
    instancesChanged(at: number) {
      beat(at);
      return follow();
    },
  };
}

function containersOnDemand(parts: ContainerEndpointsParts, opened: DisposableStack) {
  return onDemand(async () => {
    const { createContainerEndpoints } = await import("./container-credentials/endpoints.ts");
    return opened.use(createContainerEndpoints(parts));
  });
}

function historyOf(
  { configuration, data, masterKey, startAt, speed }: SimulationOptions,
  entropy: Entropy,
): Promise<History> {
  return openHistory({
    configuration: configuration && checkConfiguration(configuration),
    defaultConfiguration: demoConfiguration,
    data,
    masterKey,
    entropy,
    startAt,
    speed,
    realNow: machineTime.now(),
  });
}

/** Made when the first one asks, and then kept. */
function onDemand<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Decides on the account as it is, and resolves once what came of it is safe. */
const identitiesCommit =
  ({ world, journal }: History): IamParts["commit"] =>
  (decide) =>
    commit(journal, () => decide(world.identities as Identities));

interface AwsApiSurroundings {
  readonly entropy: Entropy;
  readonly rotator: CredentialRotator;
  readonly faults: Faults;
  readonly fleet: Fleet;
  identities(): Identities;
  instancesChanged(at: number): Promise<void>;
}

function awsApi(
  history: History,
  { onProblem = () => {} }: SimulationOptions,
  surroundings: AwsApiSurroundings,
): HttpHandler {
  const { entropy, rotator, identities, faults, fleet } = surroundings;
  const { world, journal } = history;
  const { interject, around } = awsInterference(faults, (instanceId, at) => fleet.byInstanceId(instanceId, at));
  const blobs = new BlobKeeper(history.blobs, (hash) => isNamed(world.s3, hash));
  history.onUnnamed((hashes) => blobs.letGo(hashes));
  const api = createAwsApi({
    interject,
    get region() {
      return world.instances.region;
    },
    get strictClock() {
      return world.configuration?.strictClock ?? false;
    },
    entropy,
    masterKey: requireMasterKey(world),
    identities,
    rotator,
    iam: {
      commit: identitiesCommit(history),
      entropy,
      accessKeyFor: (userId, index) => userAccessKeys(requireMasterKey(world), identities().accountId)(userId, index),
    },
    ec2: {
      ...{ fleet, rotator, entropy, identities, changed: surroundings.instancesChanged },
      state: () => world.instances,
      commit: (decide) => commit(journal, () => decide(world.instances)),
    },
    s3: {
      state: () => world.s3,
      commit: (decide) => commit(journal, () => decide(world.s3)),
      blobs,
      identities,
    },
    discoverKeys,
    reportDefect: onProblem,
  });
  return around(api);
}
