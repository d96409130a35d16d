// How does a simulation come to listen? Builds one, opens its faces, and hands out the handle.

import { pause } from "./clock/real-time.ts";
import { checkConfiguration } from "./configuration.ts";
import { controlApp } from "./control/app.ts";
import { ControlError, type Controls, type Urls } from "./control/controls.ts";
import { mergePatch } from "./control/merge-patch.ts";
import { createMetrics } from "./control/metrics.ts";
import { Doors } from "./doors.ts";
import type { Instance } from "./instances/instance.ts";
import { localControls, orRefuse } from "./local-controls.ts";
import { measure } from "./local-metrics.ts";
import { parseEndpoint } from "./network/endpoint.ts";
import { isLoopback } from "./network/host.ts";
import { takeLinkLocal } from "./network/link-local.ts";
import { listenApplication } from "./network/server.ts";
import { packageVersion } from "./package-version.ts";
import { newSource } from "./real-credentials.ts";
import { sameText } from "./signing/same-text.ts";
import type { Endpoints, Simulation, SimulationOptions } from "./simulation.ts";
import { buildSimulator, type Simulator } from "./simulator.ts";

const ANY = "127.0.0.1:0";
const ANYWHERE: Endpoints = { imds: ANY, aws: ANY, control: ANY, ecs: ANY, eks: ANY };
const written = (host: string, port: number) => `${host.includes(":") ? `[${host}]` : host}:${port}`;
const hasIpv6 = ({ metadataOptions }: Instance) => metadataOptions.httpProtocolIpv6 === "enabled";

/**
 * Runs a world in this process and resolves when all of it answers. ConfigurationError when the configuration is wrong, NetworkError
 * when a port cannot be had, JournalError when the data cannot be used, each with one line that says what to do; then nothing is left running.
 */
export async function simulate(options: SimulationOptions = {}): Promise<Simulation> {
  const { onProblem = () => {} } = options;
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await buildSimulator(options));
  const endpoints = { ...ANYWHERE, ...options.listen };
  const doors = opened.use(new Doors(simulator, endpoints, onProblem));
  const [imds, aws] = [await doors.open("imds", endpoints.imds), await doors.open("aws", endpoints.aws)];
  const linkLocal = options.linkLocal ? await openLinkLocal(simulator, doors, opened) : [];
  await doors.openOthers(simulator.world.configuration);
  await doors.follow();
  simulator.onInstancesChanged(() => doors.openOthers(simulator.world.configuration).catch(onProblem));
  simulator.warnOfRealCredentials();

  const endpoint = parseEndpoint(endpoints.control);
  const controlToken =
    options.controlToken ?? (isLoopback(endpoint.host) ? undefined : simulator.entropy.bytes(24).toString("base64url"));
  let control = "";
  const urls = (): Urls => ({ imds, aws, control, ...doors.containerUrls() });
  let ready = false;
  const controls = localControls({
    simulator,
    urls,
    imdsOf: (instance) => doors.knownUrlOf(instance) ?? imds,
    imdsFor: async (instance) => (await doors.urlFor(instance)) ?? imds,
    openFor: (instance) => doors.openFor(instance),
    openOverTls: () => doors.openOverTls(),
    openListeners: (configuration) => doors.openOthers(configuration),
    openIpv6: () => doors.openIpv6(),
    closeListeners: () => doors.closeOthers(),
    doorsFollow: () =>
      doors.follow().catch((problem: Error) => {
        throw new ControlError(409, problem.message);
      }),
  });
  const app = controlApp(controlToken === undefined ? withoutNewSources(controls, simulator) : controls, {
    version: packageVersion,
    hosts: () => simulator.world.configuration?.control?.hosts ?? [],
    ...(controlToken === undefined ? {} : { token: controlToken }),
    sameText,
    ready: () => ready,
    metrics: createMetrics(() => measure(simulator)),
    onProblem,
  });
  const listener = await listenApplication(app, endpoint);
  opened.defer(() => listener.close());
  // Before the listener, whose connections are cut: who follows the log or waits for it is told that this is the end.
  opened.defer(async () => {
    simulator.log.close();
    await pause(0);
  });
  control = listener.url;
  // Who starts a program once we are ready wants its first credentials to be there: most SDKs wait for a second only.
  await simulator.settled();
  ready = true;
  const running = opened.move();
  const close = () => running.disposeAsync();
  return {
    ...controls,
    get urls() {
      return urls();
    },
    linkLocal,
    controlToken,
    clock: { ...controls.clock, now: () => simulator.clock.now() },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** EC2's own addresses, taken until the end; the URLs at which the metadata service listens there. */
async function openLinkLocal(
  { fleet, clock }: Simulator,
  doors: Doors,
  opened: AsyncDisposableStack,
): Promise<readonly string[]> {
  const taken = takeLinkLocal(fleet.declared(clock.now()).some(hasIpv6));
  opened.defer(() => taken.release());
  const urls: string[] = [];
  for (const address of taken.addresses) urls.push(await doors.open("imds", written(address, 80)));
  return urls;
}

/**
 * The same verbs for whoever reaches the control API where no token is wanted: a source runs commands and reads files as we may, so that
 * only who starts us, or has the token, gives one.
 */
function withoutNewSources(controls: Controls, { world }: Simulator): Controls {
  const demandKnownSources = (written: unknown) => {
    const role = newSource(
      orRefuse(() => checkConfiguration(written)),
      world.configuration,
    );
    if (role === undefined) return;
    const way = "write it into the file that Mayfly starts with";
    throw new ControlError(403, `the role ${role} gets no new source over the control API: ${way}`);
  };
  return {
    ...controls,
    async configure(written) {
      demandKnownSources(written);
      return controls.configure(written);
    },
    async patchConfiguration(patch) {
      demandKnownSources(mergePatch(world.configuration, patch));
      return controls.patchConfiguration(patch);
    },
  };
}
