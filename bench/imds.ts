// What do tokens and credentials cost? The two requests that every SDK makes, each on a connection of its own, as EC2 closes them.

import { type Client, type HttpAnswer, wire } from "./client.ts";
import type { WireRequest } from "./load.ts";
import { type Comparison, compare, type Effort, type Outcome } from "./measure.ts";
import { bare, installed, mayfly, metadataMock, moto, type Server, start } from "./servers.ts";

const CONNECTIONS = 16;
const toBare = { of: "mayfly", to: "bare node:http" };
const toMock = { of: "mayfly", to: metadataMock.name };
const toMoto = { of: "mayfly", to: moto.name, atLeast: 10 };

const COMPARISONS: readonly (Pick<Comparison, "title" | "connections" | "pairs"> & {
  readonly which: "get" | "put";
  readonly without?: string;
})[] = [
  {
    title: "credentials GET",
    which: "get",
    connections: CONNECTIONS,
    pairs: [{ ...toBare, atLeast: 0.8 }, toMock, toMoto],
  },
  {
    title: "token PUT",
    which: "put",
    connections: CONNECTIONS,
    pairs: [{ ...toBare, atLeast: 0.6 }, toMoto],
    // Two clients at once end it: its map of tokens has no lock (fatal error: concurrent map writes).
    without: metadataMock.name,
  },
  { title: "token PUT, one client", which: "put", connections: 1, pairs: [toBare, toMock], without: moto.name },
];

const DIRECTORY = "/latest/meta-data/iam/security-credentials/";
const CLOSING = { Host: "169.254.169.254", "User-Agent": "bench", Accept: "*/*", Connection: "close" };

export const putToken = (localAddress?: string): WireRequest => ({
  ...wire("PUT", "/latest/api/token", { ...CLOSING, "X-aws-ec2-metadata-token-ttl-seconds": "21600" }),
  ...(localAddress !== undefined && { localAddress }),
});

export const getCredentials = (role: string, token: string, localAddress?: string): WireRequest => ({
  ...wire("GET", DIRECTORY + role, { ...CLOSING, "X-aws-ec2-metadata-token": token }),
  ...(localAddress !== undefined && { localAddress }),
});

/** The role that the server has by itself. */
export const ROLES: Readonly<Record<string, string>> = {
  mayfly: "mybucket-access",
  [metadataMock.name]: "baskinc-role",
  [moto.name]: "default-role",
};

interface Contending extends Server {
  readonly put: WireRequest;
  readonly get: WireRequest;
}

/** Compares Mayfly with the listener that has its answer ready, and with the peers. */
export async function compareImds(client: Client, effort: Effort, note: (text: string) => void): Promise<Outcome[]> {
  await using servers = new AsyncDisposableStack();
  const contending: Contending[] = [];
  for (const program of [mayfly(), ...installed([metadataMock, moto], note)]) {
    const server = servers.use(await start(program));
    const [{ body: token }] = (await client.ask(server.port, [putToken()])) as [HttpAnswer];
    contending.push({ ...server, put: putToken(), get: getCredentials(ROLES[server.name] as string, token) });
  }
  const [own, ...peers] = contending as [Contending, ...Contending[]];

  const outcomes: Outcome[] = [];
  for (const { which, without, pairs, ...comparison } of COMPARISONS) {
    const [answer] = await client.ask(own.port, [own[which]]);
    const idle = servers.use(await start(bare(answer as HttpAnswer)));
    const others = [own, ...peers.filter(({ name }) => name !== without)];
    const contenders = [
      { ...idle, requests: [own[which]] },
      ...others.map((server) => ({ ...server, requests: [server[which]] })),
    ];
    outcomes.push(await compare(client, { ...comparison, contenders, pairs, closes: true }, effort));
  }
  return outcomes;
}
