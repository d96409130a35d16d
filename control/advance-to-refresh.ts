// How far must time go until a client asks for new credentials? Moves a simulation's clock into the window of that client, by the keys
// that its instance was served last.

import { formatDuration } from "../clock/duration.ts";
import { REFRESH_RULES, type RefreshingClient, refreshDueAt } from "../credential-rotator/refresh-rules.ts";
import { type ActionTarget, type ClockControls, type ClockReport, ControlError, type Controls } from "./controls.ts";
import type { RequestEntry } from "./request-record.ts";

/** What it takes of the controls; whoever moves another clock along hands in an `advance` of their own. */
interface MovedControls extends Pick<Controls, "requests"> {
  readonly clock: Pick<ClockControls, "read" | "advance">;
}

/** Past the very instant, because clients compare with "less than", and the log tells in whole seconds what is left. */
const PAST_IT_MILLISECONDS = 2000;

/**
 * Advances the clock to where the next call of that client asks for new keys, and answers where it then stands. Not at all where that
 * instant is past. The client's own clock is to be moved as far, by whoever runs it. ControlError where no keys have been served, and for a
 * client that goes by another clock.
 */
export async function advanceToRefresh(
  controls: MovedControls,
  client: RefreshingClient,
  { instance }: ActionTarget = {},
): Promise<ClockReport> {
  const served = await lastServed(controls, instance);
  const servedAt = Date.parse(served.at);
  const dueAt = refreshDueAt(client, servedAt, servedAt + (served.keyLeftSeconds as number) * 1000);
  if (dueAt === undefined) {
    const { client: name, lifetimeSeconds } = REFRESH_RULES[client];
    const way = `serve it lives of ${lifetimeSeconds}s instead, by rotation: {refreshing: ${client}}`;
    throw new ControlError(409, `${name} goes by a clock that cannot be moved so: ${way}`);
  }
  const now = Date.parse((await controls.clock.read()).now);
  const distance = Math.ceil(dueAt + PAST_IT_MILLISECONDS - now);
  return distance > 0 ? controls.clock.advance(formatDuration(distance)) : controls.clock.read();
}

/** What clients ask around it that are served keys of another kind, such as those of the instance's own identity. */
const LATEST = 100;

async function lastServed({ requests }: MovedControls, instance?: string): Promise<RequestEntry> {
  const query = { face: "imds", status: 200, keyAge: ">=0", limit: LATEST } as const;
  const found = await requests({ ...query, ...(instance !== undefined && { instance }) });
  // Clients double slashes, and name versions other than latest.
  const served = found.requests.findLast(({ target }) => target.includes("/iam/security-credentials/"));
  if (served !== undefined) return served;
  const whom = instance === undefined ? "anybody" : instance;
  throw new ControlError(409, `no credentials have been served to ${whom} yet: let the program make a call first`);
}
