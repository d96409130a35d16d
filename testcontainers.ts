// How does a test start Mayfly in a container, and a program beside it in another? A module for testcontainers: `mayfly/testcontainers`.

import {
  AbstractStartedContainer,
  GenericContainer,
  getContainerRuntimeClient,
  getReaper,
  LABEL_TESTCONTAINERS_SESSION_ID,
  RandomUuid,
  StartedNetwork,
  type StartedTestContainer,
  Wait,
} from "testcontainers";
import { configurationText, type WrittenConfiguration } from "./configuration.ts";
import { connect } from "./control/client.ts";
import type { Controls, Environment } from "./control/controls.ts";
import { instanceEnvironment } from "./control/environment.ts";
import { systemEntropy } from "./entropy/random.ts";

const PORTS = { imds: 80, aws: 4566, control: 1339 } as const;
const LINK_LOCAL = "169.254.169.254";
const NULL_DEVICE = "/dev/null";

/** Mayfly from its image, which `npm run image` builds. Its control API wants a token, another one for each container. */
export class MayflyContainer extends GenericContainer {
  readonly #controlToken = systemEntropy().bytes(24).toString("base64url");
  #instanceNetwork: StartedNetwork | undefined;

  constructor(image = "mayfly") {
    super(image);
    this.withExposedPorts(...Object.values(PORTS))
      .withEnvironment({ MAYFLY_CONTROL: `0.0.0.0:${PORTS.control}`, MAYFLY_CONTROL_TOKEN: this.#controlToken })
      .withWaitStrategy(Wait.forHttp("/ready", PORTS.control));
  }

  /** The demo world unless given; YAML as it stands, or a value. What is wrong in it keeps the container from starting, and is in its log. */
  withConfiguration(configuration: WrittenConfiguration | string): this {
    const content = typeof configuration === "string" ? configuration : configurationText(configuration);
    return this.withCopyContentToContainer([{ content, target: "/etc/mayfly.yaml" }]);
  }

  /** Simulated seconds in a real second; 0 is a clock that only moves when told. */
  withSpeed(speed: number): this {
    return this.withEnvironment({ MAYFLY_SPEED: String(speed) });
  }

  /** In that network it has EC2's own address, so that programs there need no setting to find it. */
  withInstanceNetwork(network: StartedNetwork): this {
    this.#instanceNetwork = network;
    return this;
  }

  protected override async containerCreated(containerId: string): Promise<void> {
    if (this.#instanceNetwork === undefined) return;
    const { network } = await getContainerRuntimeClient();
    const placed = { IPAMConfig: { IPv4Address: LINK_LOCAL } };
    await network.getById(this.#instanceNetwork.getId()).connect({ Container: containerId, EndpointConfig: placed });
  }

  override async start(): Promise<StartedMayflyContainer> {
    return StartedMayflyContainer.of(await super.start(), this.#controlToken);
  }
}

/** A running one. URLs are those at which this machine reaches it. */
export class StartedMayflyContainer extends AbstractStartedContainer {
  /** All verbs of a simulation: time, faults, requests, instances. */
  readonly controls: Controls;
  readonly #controlToken: string;
  readonly #region: string;

  private constructor(container: StartedTestContainer, controls: Controls, controlToken: string, region: string) {
    super(container);
    this.controls = controls;
    this.#controlToken = controlToken;
    this.#region = region;
  }

  static async of(container: StartedTestContainer, controlToken: string): Promise<StartedMayflyContainer> {
    const controls = connect({ url: urlOf(container, PORTS.control), token: controlToken });
    const { region } = await controls.state();
    return new StartedMayflyContainer(container, controls, controlToken, region);
  }

  getImdsUrl = (): string => urlOf(this.startedTestContainer, PORTS.imds);
  getAwsUrl = (): string => urlOf(this.startedTestContainer, PORTS.aws);
  getControlUrl = (): string => urlOf(this.startedTestContainer, PORTS.control);
  getControlToken = (): string => this.#controlToken;

  /** Of a program on this machine, as if it were on the instance. */
  getEnvironment(): Environment {
    const place = { region: this.#region, aws: this.getAwsUrl(), nullDevice: NULL_DEVICE };
    return instanceEnvironment(place, this.getImdsUrl());
  }

  /** Of a program in another container of that network: for its `withEnvironment`. */
  getEnvironmentIn(network: StartedNetwork): Record<string, string> {
    const address = this.getIpAddress(network.getName());
    const aws = `http://${address}:${PORTS.aws}`;
    const place = { region: this.#region, aws, nullDevice: NULL_DEVICE };
    const { variables } = instanceEnvironment(place, `http://${address}`);
    // At EC2's own address nobody needs to be told.
    const { AWS_EC2_METADATA_SERVICE_ENDPOINT: _, ...others } = variables;
    return address === LINK_LOCAL ? others : { ...variables };
  }
}

/** By an address where it has one: SDKs then use S3 with the bucket in the path. */
function urlOf(container: StartedTestContainer, port: number): string {
  const host = container.getHost();
  return `http://${host === "localhost" ? "127.0.0.1" : host}:${container.getMappedPort(port)}`;
}

/**
 * A network in which a container can have 169.254.169.254: closed, and without an address for the host. Where the host had one, its
 * own way to its metadata service, DNS and time would lead into this bridge. An engine has room for one at a time.
 */
export class InstanceNetwork {
  async start(): Promise<StartedNetwork> {
    const client = await getContainerRuntimeClient();
    const { sessionId } = await getReaper(client);
    const name = new RandomUuid().nextUuid();
    const network = await client.network.create({
      Name: name,
      Driver: "bridge",
      Internal: true,
      Options: { "com.docker.network.bridge.inhibit_ipv4": "true" },
      IPAM: { Driver: "default", Config: [{ Subnet: "169.254.169.0/24" }] },
      Labels: { "org.testcontainers": "true", [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId },
    });
    return new StartedNetwork(client, name, network);
  }
}
