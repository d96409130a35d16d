// How do the verbs work on a simulation in this process? The same verbs that the control API offers to others.

import { amongThem } from "./among-them.ts";
import { formatDuration, parseDuration } from "./clock/duration.ts";
import { machineTime } from "./clock/real-time.ts";
import { END_OF_TIME } from "./clock/setting.ts";
import { type Configuration, checkConfiguration } from "./configuration.ts";
import { withSafeSecrets } from "./configured-secrets.ts";
import {
  type ActionRequest,
  type ActionTarget,
  type ClockControls,
  type ClockReport,
  ControlError,
  type Controls,
  type DoorsReport,
  type InstanceCountsReport,
  type InstanceDoor,
  type TaskReport,
  type Urls,
} from "./control/controls.ts";
import { iso } from "./control/iso.ts";
import { mergePatch } from "./control/merge-patch.ts";
import { requestControls } from "./control/request-controls.ts";
import { noCounts } from "./control/request-counts.ts";
import { environmentOf } from "./environments.ts";
import { exportedConfiguration } from "./exported-configuration.ts";
import { faultControls } from "./fault-controls.ts";
import { actOn } from "./instance-controls.ts";
import { instanceReport, instanceReports } from "./instance-reports.ts";
import type { Instance } from "./instances/instance.ts";
import { takeTurns } from "./journal/turns.ts";
import type { Endpoint } from "./network/endpoint.ts";
import { signInControls } from "./sign-in-controls.ts";
import { identityCertificatePem } from "./signing/identity-keys.ts";
import type { Simulator } from "./simulator.ts";
import { requireMasterKey, type WorldEvent } from "./world.ts";

export interface Surroundings {
  readonly simulator: Simulator;
  /** Known once everything listens. */
  urls(): Urls;
  /** The URL of the metadata service that means this instance. */
  imdsOf(instance: Instance): string;
  /** The same, where nobody else is meant: a listener is opened for an instance that has none of its own. */
  imdsFor(instance: Instance): Promise<string>;
  /** The metadata service for callers who are that instance, and the AWS endpoints with TLS: opened on demand, once. */
  openFor(instance: Instance): Promise<Endpoint>;
  openOverTls(): Promise<Endpoint>;
  /** Listens where that configuration says, too. NetworkError when it cannot: then all is as before. */
  openListeners(configuration: Configuration): Promise<void>;
  /** Listens at the IPv6 address of the metadata service, too. NetworkError when it cannot. */
  openIpv6(): Promise<void>;
  /** Listens no longer where the configuration of now does not say so. */
  closeListeners(): Promise<void>;
  /** Resolves when every listener refuses connections, or takes them, as the faults of now say. */
  doorsFollow(): Promise<void>;
}

function clockControls({ simulator, doorsFollow }: Surroundings): ClockControls {
  const { clock, world, change, beat, settled } = simulator;
  const report = (): ClockReport => ({
    now: iso(clock.now()),
    realNow: iso(clock.realNow()),
    speed: clock.setting.speed,
    paused: clock.setting.speed === 0,
  });
  // The hands move first, so that what wakes on the way finds the world as it was; the answer waits until the move is safe.
  const moved = async (move: () => void, runningSpeed = world.clock?.runningSpeed ?? 1) => {
    move();
    beat();
    await change(() => ({
      events: [{ type: "clock.set", at: clock.now(), setting: clock.setting, runningSpeed }],
      result: undefined,
    }));
    await doorsFollow();
    await settled();
    return report();
  };
  return {
    read: async () => report(),
    set: async ({ speed, paused }) => {
      const runningSpeed = speed || (world.clock?.runningSpeed ?? 1);
      const wanted = paused ? 0 : (speed ?? (paused === false ? runningSpeed : clock.setting.speed));
      return moved(() => clock.setSpeed(wanted), runningSpeed);
    },
    advance: async (duration) => {
      const milliseconds = distance(duration, clock.now());
      return moved(() => clock.advance(milliseconds));
    },
    jump: async (duration) => {
      const milliseconds = distance(duration, clock.now());
      return moved(() => clock.jump(milliseconds));
    },
  };
}

function distance(duration: string, now: number): number {
  const milliseconds = orRefuse(() => parseDuration(duration));
  if (now + milliseconds > END_OF_TIME)
    throw new ControlError(
      400,
      `${duration} leads beyond the year 9999; at most ${formatDuration(END_OF_TIME - now)} are left`,
    );
  return milliseconds;
}

/** ControlError with the words of what was thrown. */
export function orRefuse<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (problem) {
    throw new ControlError(400, (problem as Error).message);
  }
}

/** The instance of that name or id, or the only one. */
function instanceOf({ fleet, clock }: Simulator, nameOrId: string | undefined): Instance {
  const now = clock.now();
  if (nameOrId !== undefined) {
    const found = fleet.byName(nameOrId, now) ?? fleet.byInstanceId(nameOrId, now);
    if (found) return found;
    const names = fleet.declared(now).map(({ name }) => name);
    throw new ControlError(404, `there is no instance "${nameOrId}"${amongThem(names)}`);
  }
  const only = fleet.only(now);
  if (only) return only;
  const which = `there are ${fleet.size} instances: say which one, such as ${fleet.declared(now)[0]?.name}`;
  throw new ControlError(400, fleet.size === 0 ? "there is no instance" : which);
}

async function taskReports({ world, containers }: Simulator): Promise<TaskReport[]> {
  if (world.containers.tasks.size === 0) return [];
  const endpoints = await containers();
  return [...world.containers.tasks.values()].flatMap(({ name, configuration: { taskRole } }) => {
    const task = endpoints.task(name);
    return task ? [{ name, taskArn: task.taskArn, ...(taskRole !== undefined && { taskRole }) }] : [];
  });
}

async function rotate(simulator: Simulator, nameOrId: string | undefined) {
  const { clock, fleet, change, beat, settled } = simulator;
  const instance = nameOrId === undefined ? undefined : instanceOf(simulator, nameOrId);
  const at = clock.now();
  const event: WorldEvent = { type: "rotation.forced", at, ...(instance && { instanceId: instance.instanceId }) };
  await change(() => ({ events: [event], result: undefined }));
  beat(at);
  await settled();
  const renewed = instance ? [instance] : fleet.declared(at);
  return { instances: renewed.map(({ instanceId }) => instanceId), at: iso(at) };
}

const written = ({ host, port }: Endpoint) => `${host}:${port}`;

async function doorsReport(surroundings: Surroundings, instance: Instance | undefined): Promise<DoorsReport> {
  const { urls, openOverTls } = surroundings;
  const { aws, ecs, eks } = urls();
  return {
    ...(instance && { instance: await instanceDoor(surroundings, instance) }),
    aws: new URL(aws).host,
    awsOverTls: written(await openOverTls()),
    ...(ecs !== undefined && { ecs: new URL(ecs).host }),
    ...(eks !== undefined && { eks: new URL(eks).host }),
  };
}

async function instanceDoor({ openFor }: Surroundings, instance: Instance): Promise<InstanceDoor> {
  const { instanceId, instanceType, metadataOptions } = instance;
  return {
    instanceId,
    instanceType,
    imds: written(await openFor(instance)),
    hopLimit: metadataOptions.httpPutResponseHopLimit,
    ipv6: metadataOptions.httpProtocolIpv6 === "enabled",
  };
}

function countersOf(simulator: Simulator, nameOrId: string | undefined): InstanceCountsReport[] {
  const { fleet, log } = simulator;
  const asked = log.counts.instances;
  const ids = nameOrId === undefined ? asked.keys() : [instanceOf(simulator, nameOrId).instanceId];
  return Array.from(ids, (instanceId) => ({
    instance: fleet.nameOf(instanceId)?.name ?? "",
    instanceId,
    ...(asked.get(instanceId) ?? noCounts()),
  }));
}

/** The verbs on a simulation of this process. */
export function localControls(surroundings: Surroundings): Controls {
  const { simulator, urls, imdsFor, openIpv6, doorsFollow } = surroundings;
  const { world, clock, change, log } = simulator;
  const controls = clockControls(surroundings);
  return {
    clock: controls,
    faults: faultControls(simulator, doorsFollow),
    state: async () => ({
      account: world.instances.accountId,
      region: world.instances.region,
      urls: urls(),
      clock: await controls.read(),
      instances: instanceReports(surroundings),
      roles: [...(world.identities?.roles.keys() ?? [])],
      users: [...(world.identities?.users.keys() ?? [])],
      tasks: await taskReports(simulator),
      pods: [...(world.containers.podIdentity?.pods.values() ?? [])],
      buckets: Array.from(world.s3.buckets.entries(), ([name]) => name),
    }),
    rotate: (instance) => rotate(simulator, instance),
    act: async (action, request) => {
      const { instance, ...written } = (request ?? {}) as ActionTarget & ActionRequest;
      const { instanceId } = instanceOf(simulator, instance);
      if (written.httpProtocolIpv6 === "enabled") await openOrRefuse(openIpv6);
      await actOn(simulator, action, instanceId, written);
      return instanceReport(surroundings, instanceOf(simulator, instanceId));
    },
    counters: async (instance) => countersOf(simulator, instance),
    ...requestControls({
      log,
      realTime: machineTime,
      instanceIdOf: (name) => instanceOf(simulator, name).instanceId,
    }),
    announcements: async () =>
      simulator.announcements.map((made) => ({ ...made, at: iso(made.at), expiresAt: iso(made.expiresAt) })),
    explain: async (query = {}) => (await import("./explanations.ts")).explained(simulator, query),
    environment: async (query = {}) =>
      environmentOf({ simulator, urls, imdsOf: (name) => imdsFor(instanceOf(simulator, name)) }, query),
    certificates: async () => ({
      rsa: identityCertificatePem("rsa"),
      dsa: identityCertificatePem("dsa"),
      rsa2048: identityCertificatePem("rsa2048"),
      ca: (await simulator.certificateAuthority()).certificatePem,
    }),
    export: async () => exportedConfiguration(simulator),
    ...signInControls(simulator, urls),
    openDoors: async ({ instance, container = false } = {}) =>
      doorsReport(surroundings, container ? undefined : instanceOf(simulator, instance)),
    reset: async () => {
      await change(() => ({ events: [{ type: "world.reset", at: clock.now() }], result: undefined }));
      log.clear();
      await doorsFollow();
    },
    ...configureInTurn(surroundings),
  };
}

async function openOrRefuse(open: () => Promise<void>): Promise<void> {
  try {
    await open();
  } catch (problem) {
    throw new ControlError(409, (problem as Error).message);
  }
}

/** One configuration after the other; one whose ports cannot be had changes nothing. */
function configureInTurn({
  simulator,
  openListeners,
  closeListeners,
  doorsFollow,
}: Surroundings): Pick<Controls, "configure" | "patchConfiguration"> {
  const { change, clock, world } = simulator;
  const configure = async (written: unknown) => {
    const configuration: Configuration = orRefuse(() => checkConfiguration(written));
    await openOrRefuse(() => openListeners(configuration));
    try {
      const safe = await withSafeSecrets(configuration, requireMasterKey(world));
      const at = clock.now();
      await change(() => ({ events: [{ type: "configuration.loaded", at, configuration: safe }], result: undefined }));
      simulator.warnOfRealCredentials();
      simulator.beat(at);
    } finally {
      await closeListeners();
      await doorsFollow();
    }
  };
  const inTurn = takeTurns();
  return {
    configure: (written) => inTurn(() => configure(written)),
    patchConfiguration: (patch) => inTurn(() => configure(mergePatch(world.configuration, patch))),
  };
}
