// How does a simulation come to listen? Builds one, opens its faces, and hands out the handle.

import { controlApp } from "./control/app.ts";
import type { Face as FaceName } from "./control/request-log.ts";
import { localControls } from "./local-controls.ts";
import { endpointUrl, parseEndpoint } from "./network/endpoint.ts";
import { awsFace, type Face, imdsFace } from "./network/faces.ts";
import { listen } from "./network/listener.ts";
import type { HttpHandler } from "./network/message.ts";
import { type Listener, listenApplication } from "./network/server.ts";
import { packageVersion } from "./package-version.ts";
import { sameText } from "./signing/same-text.ts";
import type { Simulation, SimulationOptions } from "./simulation.ts";
import { buildSimulator, type Simulator } from "./simulator.ts";

const ANY_FREE_PORT = "127.0.0.1:0";
const LOOPBACK = /^(127\.|::1$|localhost$)/;

/**
 * Runs a world in this process and resolves when all of it answers. NetworkError when a port cannot be had, JournalError when the
 * data cannot be used, each with one line that says what to do; then nothing is left running.
 */
export async function simulate(options: SimulationOptions = {}): Promise<Simulation> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await buildSimulator(options));
  const doors = opened.use(new Doors(simulator, options));
  const { imds = ANY_FREE_PORT, aws = ANY_FREE_PORT, control = ANY_FREE_PORT } = options.listen ?? {};
  const [imdsUrl, awsUrl] = [await doors.open("imds", imds), await doors.open("aws", aws)];
  await doors.openInstances();

  const endpoint = parseEndpoint(control);
  const controlToken = LOOPBACK.test(endpoint.host) ? undefined : simulator.entropy.bytes(24).toString("base64url");
  let urls = { imds: imdsUrl, aws: awsUrl, control: "" };
  let ready = false;
  const controls = localControls({
    simulator,
    urls: () => urls,
    imdsOf: ({ name }) => doors.urlOf(name) ?? imdsUrl,
    listenAnew: () => doors.openInstances(),
  });
  const app = controlApp(controls, {
    version: packageVersion,
    hosts: () => simulator.world.configuration?.control?.hosts ?? [],
    ...(controlToken === undefined ? {} : { token: controlToken }),
    sameText,
    ready: () => ready,
    onProblem: options.onProblem ?? (() => {}),
  });
  const listener = await listenApplication(app, endpoint);
  opened.defer(() => listener.close());
  urls = { ...urls, control: listener.url };
  ready = true;
  const running = opened.move();
  const close = () => running.disposeAsync();
  return {
    ...controls,
    urls,
    controlToken,
    clock: { ...controls.clock, now: () => simulator.clock.now() },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What listens: the two faces, and those instances that have a listener of their own. */
class Doors implements AsyncDisposable {
  readonly #simulator: Simulator;
  readonly #onProblem: (problem: unknown) => void;
  readonly #listeners = new Map<string, Listener>();
  /** Instance name → its listener, as configured. */
  #instances = new Map<string, string>();

  constructor(simulator: Simulator, { onProblem = () => {} }: SimulationOptions) {
    this.#simulator = simulator;
    this.#onProblem = onProblem;
  }

  async open(face: FaceName, endpoint: string): Promise<string> {
    const { clock, log } = this.#simulator;
    const [wire, handle]: [Face, HttpHandler] =
      face === "imds" ? [imdsFace, this.#simulator.imds] : [awsFace, this.#simulator.aws];
    const listener = await listen({
      ...parseEndpoint(endpoint),
      face: wire,
      handle,
      stamp: () => ({ at: clock.now(), realAt: clock.realNow() }),
      onExchange: (request, reply) => log.add(face, request, reply),
      onFailure: this.#onProblem,
    });
    this.#listeners.set(listener.url, listener);
    return listener.url;
  }

  /** Listens for instances as the configuration now says, and no longer where it does not. */
  async openInstances(): Promise<void> {
    const wanted = this.#simulator.fleet.listeners();
    const before = this.#instances;
    this.#instances = new Map(wanted.map(({ name, listen }) => [name, endpointUrl(parseEndpoint(listen))]));
    const kept = new Set(this.#instances.values());
    for (const url of before.values()) if (!kept.has(url)) await this.#close(url);
    for (const { listen } of wanted) {
      if (!this.#listeners.has(endpointUrl(parseEndpoint(listen)))) await this.open("imds", listen);
    }
  }

  urlOf(instanceName: string): string | undefined {
    return this.#instances.get(instanceName);
  }

  async #close(url: string): Promise<void> {
    await this.#listeners.get(url)?.close();
    this.#listeners.delete(url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#listeners.keys()].map((url) => this.#close(url)));
  }
}
