// What does one ask for, and what does one get? The options of a simulation and the handle on a running one.

import type { MovableClock } from "./clock/clock.ts";
import type { WrittenConfiguration } from "./configuration.ts";
import type { ClockControls, Controls, Urls } from "./control/controls.ts";

/** Where each side listens, as `host:port`; port 0 takes a free one. */
export interface Endpoints {
  readonly imds: string;
  readonly aws: string;
  readonly control: string;
  /** For containers of ECS; listens where the configuration has tasks. */
  readonly ecs: string;
  /** For pods with EKS Pod Identity; listens where the configuration has it. */
  readonly eks: string;
}

export interface SimulationOptions {
  /** The demo world unless given; with `data`, what was kept unless given. */
  readonly configuration?: WrittenConfiguration;
  /** Free ports on 127.0.0.1 unless given. */
  readonly listen?: Partial<Endpoints>;
  /** Listen where EC2's metadata service does, too; refused where a real one may be. */
  readonly linkLocal?: boolean;
  /** The simulated instant at the start, epoch milliseconds; the real one unless given. */
  readonly startAt?: number;
  /** Simulated seconds in a real second; 0 is a clock that moves by `advance` and `jump` alone. 1 unless given. */
  readonly speed?: number;
  /** A directory that keeps the world: started again on it, it is the same world. */
  readonly data?: string;
  /** Bytes from which all keys are derived; random unless given. */
  readonly masterKey?: Uint8Array;
  /** Makes keys, ids and tokens reproducible. */
  readonly seed?: number | string;
  /** How many requests the log keeps; 10,000 unless given. */
  readonly logSize?: number;
  /** What the control API wants of its clients; unless given, random beyond loopback, and nothing on it. */
  readonly controlToken?: string;
  /** Hears in one line what a user should know, such as that a role has real credentials; `process.emitWarning` unless given. */
  readonly onWarning?: (line: string) => void;
  /** Hears of what should never happen. */
  readonly onProblem?: (problem: unknown) => void;
}

/** A running simulation; simulations in one process are independent of each other. `await using` ends it. */
export interface Simulation extends Controls, AsyncDisposable {
  readonly urls: Urls;
  /** URLs of the metadata service at EC2's own addresses; none unless they were asked for. */
  readonly linkLocal: readonly string[];
  /** The control API wants it: the one that was given, or a random one where it listens beyond loopback. */
  readonly controlToken: string | undefined;
  readonly clock: ClockControls & Pick<MovableClock, "now">;
  close(): Promise<void>;
}

/** The pinned ports of a Mayfly on the command line. */
export const defaultEndpoints: Endpoints = {
  imds: "127.0.0.1:1338",
  aws: "127.0.0.1:4566",
  control: "127.0.0.1:1339",
  ecs: "127.0.0.1:1341",
  eks: "127.0.0.1:1342",
};
