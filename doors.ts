// What listens, and for whom? The faces of a simulation, and what its configuration wants besides: listeners of instances, the metadata
// service's IPv6 address on loopback, and the endpoints of containers; and what isolated programs need.

import { bucketOfHost } from "./aws-api/wire/rest-route.ts";
import { machineTime } from "./clock/real-time.ts";
import type { Configuration } from "./configuration.ts";
import type { Face as FaceName } from "./control/request-record.ts";
import type { Instance } from "./instances/instance.ts";
import { takeTurns } from "./journal/turns.ts";
import { endpointUrl, parseEndpoint } from "./network/endpoint.ts";
import { agentFace, awsFace, type Face, imdsFace } from "./network/faces.ts";
import { NetworkError } from "./network/failure.ts";
import { type ListenOptions, listen } from "./network/listener.ts";
import type { HttpHandler } from "./network/message.ts";
import type { Listener } from "./network/server.ts";
import { demandAllowed } from "./real-credentials.ts";
import type { Endpoints } from "./simulation.ts";
import type { Simulator } from "./simulator.ts";

const ANY_FREE_PORT = "127.0.0.1:0";
const urlAt = (listen: string) => endpointUrl(parseEndpoint(listen));
/** As AWS has it: a bucket's name is covered by an asterisk, which stands for no dot. */
const certifiedName = (host: string) => {
  const bucket = bucketOfHost(host);
  return bucket === undefined ? host : `*${host.slice(bucket.length)}`;
};

const WIRES: Readonly<Record<FaceName, Face>> = { imds: imdsFace, aws: awsFace, ecs: agentFace, eks: agentFace };

const CONTAINER_FACES = ["ecs", "eks"] as const;
type ContainerFace = (typeof CONTAINER_FACES)[number];

/** What is to listen. */
interface Plan {
  readonly face: FaceName;
  /** As `host:port`. */
  readonly endpoint: string;
  /** Why it is wanted, where nobody has asked for it by name. */
  readonly purpose?: string;
}
const keyOf = ({ face, endpoint }: Plan) => `${face} ${urlAt(endpoint)}`;

interface Door {
  readonly face: FaceName;
  /** The instance that it means, whoever comes. */
  readonly instanceName?: string;
  readonly listener: Listener;
}

export class Doors implements AsyncDisposable {
  readonly #simulator: Simulator;
  readonly #endpoints: Endpoints;
  readonly #onProblem: (problem: unknown) => void;
  readonly #faces = new Map<string, Door>();
  /** Where the metadata service listens whatever the configuration says. */
  readonly #imdsHosts: string[] = [];
  /** What the configuration wants besides, by its plan. */
  readonly #others = new Map<string, Door>();
  /** Those on free ports of loopback, by what asked for them. */
  readonly #onDemand = new Map<string, Promise<Door>>();
  /** Of the listeners on free ports that mean an instance, by its name. */
  readonly #ownUrls = new Map<string, string>();
  readonly #inTurn = takeTurns();
  #cancelWake = () => {};

  constructor(simulator: Simulator, endpoints: Endpoints, onProblem: (problem: unknown) => void) {
    this.#simulator = simulator;
    this.#endpoints = endpoints;
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
      // There are no faults of the endpoints of containers.
      if (door.face === "ecs" || door.face === "eks") continue;
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
    return face === "imds" ? fleet.only(now) : undefined;
  }

  /** Listens where such a configuration says, too. NetworkError when a port cannot be had: then nothing more listens than before. */
  openOthers(configuration: Configuration | undefined): Promise<void> {
    return this.#inTurn(async () => {
      this.#demandAllowed(configuration);
      await this.#openAll(this.#wanted(configuration));
    });
  }

  /** Listens at the IPv6 address, too, before an instance has that protocol enabled. NetworkError as `openOthers`. */
  openIpv6(): Promise<void> {
    return this.#inTurn(() => this.#openAll(this.#ipv6Twin()));
  }

  async #openAll(plans: readonly Plan[]): Promise<void> {
    const opened: string[] = [];
    try {
      for (const plan of plans) {
        const key = keyOf(plan);
        if (this.#others.has(key)) continue;
        const listener = await this.#listen(plan.face, plan.endpoint).catch((error) => rejectFor(plan, error));
        this.#others.set(key, { face: plan.face, listener });
        opened.push(key);
      }
      if (opened.length > 0) await this.#follow();
    } catch (error) {
      for (const key of opened) await this.#close(key);
      throw error;
    }
  }

  /** Listens no longer where the world as it is now does not say so. */
  closeOthers(): Promise<void> {
    return this.#inTurn(async () => {
      const wanted = new Set(this.#wanted(this.#simulator.world.configuration).map(keyOf));
      for (const key of [...this.#others.keys()]) if (!wanted.has(key)) await this.#close(key);
    });
  }

  /** Where an instance has a listener of its own, as far as one is open. */
  knownUrlOf({ name }: Instance): string | undefined {
    const found = this.#simulator.fleet.listeners().find((each) => each.name === name);
    return found ? urlAt(found.listen) : this.#ownUrls.get(name);
  }

  /** The same, and one is opened where an unknown caller would be somebody else. */
  async urlFor(instance: Instance): Promise<string | undefined> {
    const known = this.knownUrlOf(instance);
    if (known !== undefined || this.#simulator.fleet.stranger(this.#simulator.clock.now())?.name === instance.name) {
      return known;
    }
    return (await this.openFor(instance)).url;
  }

  /** Where the endpoints of containers listen; those that nobody needs do not. */
  containerUrls(): Partial<Record<ContainerFace, string>> {
    const open = CONTAINER_FACES.flatMap((face) => {
      const door = this.#others.get(keyOf(this.#containerPlan(face)));
      return door ? [[face, door.listener.url] as const] : [];
    });
    return Object.fromEntries(open);
  }

  #containerPlan(face: ContainerFace): Plan {
    return { face, endpoint: this.#endpoints[face] };
  }

  #wanted(configuration: Configuration | undefined): Plan[] {
    const { instances = {}, tasks = {}, podIdentity } = configuration ?? {};
    const listens = Object.values(instances).flatMap(({ listen }) => listen ?? []);
    return [
      ...listens
        .filter((endpoint) => !this.#faces.has(urlAt(endpoint)))
        .map((endpoint) => ({ face: "imds", endpoint }) as const),
      ...(this.#wantsIpv6(configuration) ? this.#ipv6Twin() : []),
      ...(Object.keys(tasks).length > 0 ? [this.#containerPlan("ecs")] : []),
      ...(podIdentity ? [this.#containerPlan("eks")] : []),
    ];
  }

  /** Whether some instance has IPv6 enabled, or may come to have it. */
  #wantsIpv6(configuration: Configuration | undefined): boolean {
    const { lives, entries } = this.#simulator.world.instances;
    const launched = [...entries.values()].flatMap(({ launch, configuration: own }) => (launch ? [own] : []));
    const configured = [...Object.values(configuration?.instances ?? {}), ...launched];
    const modified = [...lives.values()].flatMap(({ metadataOptions = [] }) => metadataOptions);
    const all = [...configured.map(({ metadataOptions }) => metadataOptions), ...modified.map(({ value }) => value)];
    return all.some((options) => options?.httpProtocolIpv6 === "enabled");
  }

  /** The same port on `[::1]`, where the metadata service is on loopback. */
  #ipv6Twin(): Plan[] {
    const imds = [...this.#faces.values()].find(
      ({ face, listener }) => face === "imds" && listener.host === "127.0.0.1",
    );
    if (!imds) return [];
    const endpoint = `[::1]:${imds.listener.port}`;
    return [{ face: "imds", endpoint, purpose: "for httpProtocolIpv6: enabled" }];
  }

  /** A metadata service for callers who are that instance, wherever they come from. Opened once, and for good. */
  openFor({ name }: Instance): Promise<Listener> {
    return this.#once(`imds ${name}`, async () => {
      const listener = await this.#listen("imds", ANY_FREE_PORT, { handle: this.#simulator.imdsAs(name) });
      this.#ownUrls.set(name, listener.url);
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
    return [...this.#faces.values(), ...this.#others.values(), ...(await Promise.all(this.#onDemand.values()))];
  }

  async #listen(face: FaceName, endpoint: string, special: Partial<ListenOptions> = {}): Promise<Listener> {
    const { clock, log } = this.#simulator;
    return listen({
      ...parseEndpoint(endpoint),
      face: WIRES[face],
      handle: await this.#handlerOf(face),
      ...special,
      stamp: () => ({ at: clock.now(), realAt: clock.realNow() }),
      wait: machineTime.wait,
      onExchange: (request, reply) => log.add(face, request, reply),
      onFailure: this.#onProblem,
    });
  }

  async #handlerOf(face: FaceName): Promise<HttpHandler> {
    const { imds, aws, containers } = this.#simulator;
    if (face === "imds") return imds;
    return face === "aws" ? aws : (await containers())[face];
  }

  async #close(key: string): Promise<void> {
    await this.#others.get(key)?.listener.close();
    this.#others.delete(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancelWake();
    await Promise.all((await this.#all()).map(({ listener }) => listener.close()));
  }
}

function rejectFor({ purpose, endpoint }: Plan, error: Error): never {
  if (purpose === undefined || !(error instanceof NetworkError)) throw error;
  throw new NetworkError(error.code, `cannot listen at ${endpoint} ${purpose}: ${error.message}`, { cause: error });
}
