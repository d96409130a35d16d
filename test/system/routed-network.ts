// Where do routers stand between a client and Mayfly? A chain of network namespaces within a user namespace of its own: nothing of
// it reaches this machine's network. `instance` holds the addresses of the metadata service; `one`, `two` and `three` are so many
// hops away, and all but the last forward packets.

import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export const PLACES = ["instance", "one", "two", "three"] as const;
export type Place = (typeof PLACES)[number];

type Variables = Readonly<Record<string, string>>;

/** The link from place `left` to the next one: 10.0.left.1 and .2, fd01:left::1 and ::2. */
const link = (left: number) => `
ip link add right netns ${PLACES[left]} type veth peer name left netns ${PLACES[left + 1]}
ip -n ${PLACES[left]} address add 10.0.${left}.1/24 dev right
ip -n ${PLACES[left]} address add fd01:${left}::1/64 dev right nodad
ip -n ${PLACES[left]} link set right up
ip -n ${PLACES[left + 1]} address add 10.0.${left}.2/24 dev left
ip -n ${PLACES[left + 1]} address add fd01:${left}::2/64 dev left nodad
ip -n ${PLACES[left + 1]} link set left up
`;

/** To the left lies the instance, to the right the farther places. */
const routes = (place: number) => `
${
  place === 0
    ? ""
    : `ip -n ${PLACES[place]} route add default via 10.0.${place - 1}.1
ip -n ${PLACES[place]} route add default via fd01:${place - 1}::1`
}
${PLACES.slice(place + 2)
  .map(
    (_, beyond) => `ip -n ${PLACES[place]} route add 10.0.${place + 1 + beyond}.0/24 via 10.0.${place}.2
ip -n ${PLACES[place]} route add fd01:${place + 1 + beyond}::/64 via fd01:${place}::2`,
  )
  .join("\n")}
`;

const SETUP = `
set -e
mount -t tmpfs tmpfs /run
${PLACES.map(
  (place) => `ip netns add ${place}
ip -n ${place} link set lo up
nsenter --net=/run/netns/${place} sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'`,
).join("\n")}
ip -n instance address add 169.254.169.254/32 dev lo
ip -n instance address add fd00:ec2::254/128 dev lo
${PLACES.slice(1)
  .map((_, left) => link(left))
  .join("")}
${PLACES.map((_, place) => routes(place)).join("")}
echo ready
exec sleep infinity
`;

export class RoutedNetwork implements AsyncDisposable {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async create(): Promise<RoutedNetwork> {
    const holder = spawn("unshare", ["--map-root-user", "--net", "--mount", "sh", "-c", SETUP], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface(holder.stdout as NodeJS.ReadableStream), "line");
    if (line !== "ready") throw new Error(line);
    return new RoutedNetwork(holder);
  }

  /** Runs a program at that place to its end, with these variables and no others but PATH. */
  run(place: Place, words: readonly string[], variables: Variables = {}): SpawnSyncReturns<string> {
    const [name, ...rest] = this.#entered(place, words);
    return spawnSync(name as string, rest, { env: environment(variables), encoding: "utf8", timeout: 60_000 });
  }

  /** Starts a program at that place. */
  start(place: Place, words: readonly string[], variables: Variables = {}): ChildProcess {
    const [name, ...rest] = this.#entered(place, words);
    return spawn(name as string, rest, { env: environment(variables), stdio: ["ignore", "pipe", "inherit"] });
  }

  #entered(place: Place, words: readonly string[]): readonly string[] {
    const whole = ["nsenter", "--target", `${this.#holder.pid}`, "--user", "--mount", "--preserve-credentials"];
    return [...whole, "nsenter", `--net=/run/netns/${place}`, ...words];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#holder, "exit");
    this.#holder.kill("SIGKILL");
    await ended;
  }
}

const environment = (variables: Variables) => ({ PATH: process.env.PATH, HOME: "/nonexistent", ...variables });
