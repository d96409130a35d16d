// How does a simulation come to listen? Builds one, opens its faces, and hands out the handle.

import { bucketOfHost } from "./aws-api/wire/rest-route.ts";
import { machineTime, pause } from "./clock/real-time.ts";
import type { Configuration } from "./configuration.ts";
import { controlApp } from "./control/app.ts";
import { ControlError } from "./control/controls.ts";
import { createMetrics } from "./control/metrics.ts";
import type { Face as FaceName } from "./control/request-record.ts";
import type { Instance } from "./instances/instance.ts";
import { takeTurns } from "./journal/turns.ts";
import { localControls } from "./local-controls.ts";
import { measure } from "./local-metrics.ts";
import { endpointUrl, parseEndpoint } from "./network/endpoint.ts";
import { awsFace, type Face, imdsFace } from "./network/faces.ts";
import { isLoopback } from "./network/host.ts";
import { takeLinkLocal } from "./network/link-local.ts";
import { type ListenOptions, listen } from "./network/listener.ts";
import type { HttpHandler } from "./network/message.ts";
import { type Listener, listenApplication } from "./network/server.ts";
import { packageVersion } from "./package-version.ts";
import { demandAllowed } from "./real-credentials.ts";
import { sameText } from "./signing/same-text.ts";
import type { Simulation, SimulationOptions } from "./simulation.ts";
import { buildSimulator, type Simulator } from "./simulator.ts";

const ANY_FREE_PORT = "127.0.0.1:0";
const urlAt = (listen: string) => endpointUrl(parseEndpoint(listen));
const written = (host: string, port: number) => `${host.includes(":") ? `[${host}]` : host}:${port}`;
const hasIpv6 = ({ metadataOptions }: Instance) => metadataOptions.httpProtocolIpv6 === "enabled";
/** As AWS has it: a bucket's name is covered by an asterisk, which stands for no dot. */
const certifiedName = (host: string) => {
  const bucket = bucketOfHost(host);
  return bucket === undefined ? host : `*${host.slice(bucket.length)}`;
};

/**
 * Runs a world in this process and resolves when all of it answers. ConfigurationError when the configuration is wrong, NetworkError
 * when a port cannot be had, JournalError when the data cannot be used, each with one line that says what to do; then nothing is left running.
 */
export async function simulate(options: SimulationOptions = {}): Promise<Simulation> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await buildSimulator(options));
  const doors = opened.use(new Doors(simulator, options));
  const { imds = ANY_FREE_PORT, aws = ANY_FREE_PORT, control = ANY_FREE_PORT } = options.listen ?? {};
  const [imdsUrl, awsUrl] = [await doors.open("imds", imds), await doors.open("aws", aws)];
  const linkLocal: string[] = [];
  if (options.linkLocal) {
    const taken = takeLinkLocal(simulator.fleet.declared(simulator.clock.now()).some(hasIpv6));
    opened.defer(() => taken.release());
    for (const address of taken.addresses) linkLocal.push(await doors.open("imds", written(address, 80)));
  }
  await doors.openInstances(simulator.world.configuration);
  await doors.follow();
  simulator.warnOfRealCredentials();

  const endpoint = parseEndpoint(control);
  const controlToken = isLoopback(endpoint.host) ? undefined : simulator.entropy.bytes(24).toString("base64url");
  let urls = { imds: imdsUrl, aws: awsUrl, control: "" };
  let ready = false;
  const controls = localControls({
    simulator,
    urls: () => urls,
    imdsOf: ({ name }) => doors.urlOf(name) ?? imdsUrl,
    openFor: (instance) => doors.openFor(instance),
    openOverTls: () => doors.openOverTls(),
    openListeners: (configuration) => doors.openInstances(configuration),
    closeListeners: () => doors.closeOthers(),
    doorsFollow: () =>
      doors.follow().catch((problem: Error) => {
        throw new ControlError(409, problem.message);
      }),
  });
  const app = controlApp(controls, {
    version: packageVersion,
    hosts: () => simulator.world.configuration?.control?.hosts ?? [],
    ...(controlToken === undefined ? {} : { token: controlToken }),
    sameText,
    ready: () => ready,
    metrics: createMetrics(() => measure(simulator)),
    onProblem: options.onProblem ?? (() => {}),
  });
  const listener = await listenApplication(app, endpoint);
  opened.defer(() => listener.close());
  // Before the listener, whose connections are cut: who follows the log or waits for it is told that this is the end.
  opened.defer(async () => {
    simulator.log.close();
    await pause(0);
  });
  urls = { ...urls, control: listener.url };
  // Who starts a program once we are ready wants its first credentials to be there: most SDKs wait for a second only.
  await simulator.settled();
  ready = true;
  const running = opened.move();
  const close = () => running.disposeAsync();
  return {
    ...controls,
    urls,
    linkLocal,
    controlToken,
    clock: { ...controls.clock, now: () => simulator.clock.now() },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Door {
  readonly face: FaceName;
  /** The instance that it means, whoever comes. */
  readonly instanceName?: string;
  readonly listener: Listener;
}

/** What listens: the two faces, and those instances that have a listener of their own. */
class Doors implements AsyncDisposable {
  readonly #simulator: Simulator;
  readonly #onProblem: (problem: unknown) => void;
  readonly #faces = new Map<string, Door>();
  /** Where the metadata service listens whatever the configuration says. */
  readonly #imdsHosts: string[] = [];
  /** By the URL that the configuration means. */
  readonly #instances = new Map<string, Door>();
  /** Those on free ports of loopback, by what asked for them. */
  readonly #onDemand = new Map<string, Promise<Door>>();
  readonly #inTurn = takeTurns();
  #cancelWake = () => {};

  constructor(simulator: Simulator, { onProblem = () => {} }: SimulationOptions) {
    this.#simulator = simulator;
    this.#onProblem = onProblem;
  }

  async open(face: FaceName, endpoint: string): Promise<string> {
    if (face === "imds") this.#imdsHosts.push(parseEndpoint(endpoint).host);
    this.#demandAllowed(this.#simulator.world.configuration);
    const listener = await this.#listen(face, endpoint);
    this.#faces.set(listener.url, { face, listener });
    return listener.url;
  }

  /** Error where a configuration has real credentials that must not be offered as widely as we listen. */
  #demandAllowed(configuration: Configuration | undefined): void {
    for (const host of this.#imdsHosts) demandAllowed(configuration, host);
  }

  /** Refuses connections where the faults of now say so, and wakes when that will be another matter. NetworkError as `open`. */
  follow(): Promise<void> {
    return this.#inTurn(() => this.#follow());
  }

  async #follow(): Promise<void> {
    const { faults, clock } = this.#simulator;
    const now = clock.now();
    this.#cancelWake();
    const next = faults.nextDoorChange(now);
    this.#cancelWake = next === undefined ? () => {} : clock.at(next, () => void this.follow().catch(this.#onProblem));
    for (const door of await this.#all()) {
      await door.listener.refuse(faults.shutsDoor(door.face, this.#onlyInstanceAt(door), now));
    }
  }

  /** The instance that has this listener for its own, or the only one that there is. */
  #onlyInstanceAt({ face, instanceName, listener }: Door): Instance | undefined {
    const { fleet, clock } = this.#simulator;
    const now = clock.now();
    if (instanceName !== undefined) return fleet.byName(instanceName, now);
    const own = fleet.listeners().find(({ listen }) => urlAt(listen) === listener.url);
    if (own) return fleet.byName(own.name, now);
    const [only] = face === "imds" && fleet.size === 1 ? fleet.declared(now) : [];
    return only;
  }

  /** Listens where such a configuration says, too. NetworkError when a port cannot be had: then nothing more listens than before. */
  async openInstances(configuration: Configuration | undefined): Promise<void> {
    this.#demandAllowed(configuration);
    const opened: string[] = [];
    try {
      for (const { listen } of Object.values(configuration?.instances ?? {})) {
        if (listen === undefined) continue;
        const url = urlAt(listen);
        if (this.#faces.has(url) || this.#instances.has(url)) continue;
        this.#instances.set(url, { face: "imds", listener: await this.#listen("imds", listen) });
        opened.push(url);
      }
    } catch (error) {
      for (const url of opened) await this.#close(url);
      throw error;
    }
  }

  /** Listens no longer where the world as it is now does not say so. */
  async closeOthers(): Promise<void> {
    const wanted = new Set(this.#simulator.fleet.listeners().map(({ listen }) => urlAt(listen)));
    for (const url of [...this.#instances.keys()]) if (!wanted.has(url)) await this.#close(url);
  }

  urlOf(instanceName: string): string | undefined {
    const found = this.#simulator.fleet.listeners().find(({ name }) => name === instanceName);
    return found && urlAt(found.listen);
  }

  /** A metadata service for callers who are that instance, wherever they come from. Opened once, and for good. */
  openFor({ name }: Instance): Promise<Listener> {
    return this.#once(`imds ${name}`, async () => {
      const listener = await this.#listen("imds", ANY_FREE_PORT, { handle: this.#simulator.imdsAs(name) });
      return { face: "imds", instanceName: name, listener };
    });
  }

  /** The AWS endpoints with TLS, under every name. Opened once, and for good. */
  openOverTls(): Promise<Listener> {
    return this.#once("aws", async () => {
      const authority = await this.#simulator.certificateAuthority();
      const certificateOf = (name: string) => authority.issue(certifiedName(name));
      return { face: "aws", listener: await this.#listen("aws", ANY_FREE_PORT, { certificateOf }) };
    });
  }

  async #once(key: string, open: () => Promise<Door>): Promise<Listener> {
    const kept = this.#onDemand.get(key);
    if (kept) return (await kept).listener;
    const door = open();
    this.#onDemand.set(key, door);
    door.catch(() => this.#onDemand.delete(key));
    const { listener } = await door;
    await this.follow();
    return listener;
  }

  async #all(): Promise<Door[]> {
    return [...this.#faces.values(), ...this.#instances.values(), ...(await Promise.all(this.#onDemand.values()))];
  }

  #listen(face: FaceName, endpoint: string, special: Partial<ListenOptions> = {}): Promise<Listener> {
    const { clock, log } = this.#simulator;
    const [wire, handle]: [Face, HttpHandler] =
      face === "imds" ? [imdsFace, this.#simulator.imds] : [awsFace, this.#simulator.aws];
    return listen({
      ...parseEndpoint(endpoint),
      face: wire,
      handle,
      ...special,
      stamp: () => ({ at: clock.now(), realAt: clock.realNow() }),
      wait: machineTime.wait,
      onExchange: (request, reply) => log.add(face, request, reply),
      onFailure: this.#onProblem,
    });
  }

  async #close(url: string): Promise<void> {
    await this.#instances.get(url)?.listener.close();
    this.#instances.delete(url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancelWake();
    await Promise.all((await this.#all()).map(({ listener }) => listener.close()));
  }
}
