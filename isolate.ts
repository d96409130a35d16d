// How does a program come to run on a simulated instance with no AWS setting at all? What the running Mayfly opens for it, what the
// program shall trust, and a network of its own, joined.

import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type WarpClocks, type WarpedProcess, warpRunning } from "./clock/warp/warp.ts";
import type { Controls, DoorsQuery } from "./control/controls.ts";
import { parseEndpoint } from "./network/endpoint.ts";
import { prepareCovers } from "./network/isolation/covers.ts";
import { type IsolatedProgram, startIsolated } from "./network/isolation/isolated-program.ts";
import { trustStore } from "./signing/trust-store.ts";

export interface IsolateOptions {
  /** The running Mayfly; it must be on this machine. */
  readonly controls: Controls;
  /** On which instance, or that it is in a container. */
  readonly place: DoorsQuery;
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** The program's variables, to which those are added that make clients trust Mayfly. */
  readonly environment: NodeJS.ProcessEnv;
  /** Ports at which services inside are reached from outside, at 127.0.0.1. */
  readonly forward?: readonly number[];
  /** What becomes of its descriptors 0 to 2; they are ours unless given. */
  readonly stdio?: "inherit" | "pipe" | "ignore";
  /** On a clock of its own, that can be moved. */
  readonly warp?: WarpClocks;
}

/** `warped` moves its clock, where that was asked for. */
export type Isolated = IsolatedProgram & { readonly warped?: WarpedProcess };

/**
 * Starts the program in a network of its own, with our input and output. Dispose it when it has ended. ControlError and NetworkError,
 * ENAMESPACE where the machine does not allow it, each with one line that says what to do; Error in one line where
 * its clock cannot be moved.
 */
export async function isolate(options: IsolateOptions): Promise<Isolated> {
  const { controls, place, environment, forward = [], warp, ...program } = options;
  const { instance, aws, awsOverTls, ecs, eks } = await controls.openDoors(place);
  // A container has its agents' addresses of both kinds.
  const { imds, ipv6 = true, hopLimit = 0 } = instance ?? {};
  const { ca: certificatePem } = await controls.certificates();
  const folder = mkdtempSync(join(tmpdir(), "mayfly-isolated-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const disguise = { instance, certificatePem, trustStore: trustStore(certificatePem) };
    const { covers, variables } = prepareCovers(folder, disguise);
    let warped: WarpedProcess | undefined;
    const running = await startIsolated({
      ...program,
      ...(warp && {
        async prepare(process: ChildProcess) {
          warped = await warpRunning(process, warp);
        },
      }),
      hopLimit,
      ipv6,
      environment: { ...given(environment), ...variables },
      doors: {
        ...(imds !== undefined && { imds: parseEndpoint(imds) }),
        aws: parseEndpoint(aws),
        awsOverTls: parseEndpoint(awsOverTls),
        ...(ecs !== undefined && { ecs: parseEndpoint(ecs) }),
        ...(eks !== undefined && { eks: parseEndpoint(eks) }),
      },
      covers,
      forward,
    });
    const end = async () => {
      await running[Symbol.asyncDispose]();
      remove();
    };
    return { ...running, ...(warped && { warped }), [Symbol.asyncDispose]: end };
  } catch (error) {
    remove();
    throw error;
  }
}

const given = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
