// Which marks stand for the requests? One for all that would fall onto the same few pixels and look the same, so that a page stays small
// however many requests there were.

import { isAccepted as isTaken, lastOf, total } from "../../checks/check.ts";
import type { SeenRequest } from "../../observation.ts";
import { count } from "../../words.ts";
import { elapsed, type KeyName } from "../words.ts";
import { position, type Scale } from "./scale.ts";

/** Whether AWS took who called, and whether the metadata service gave what it was asked for. */
export const isAccepted = (request: SeenRequest): boolean =>
  request.purpose === "call" ? isTaken(request) : request.status >= 200 && request.status < 400;

export interface Mark {
  /** The middle of its pixels. */
  readonly x: number;
  readonly key: KeyName | undefined;
  readonly isAccepted: boolean;
  readonly isVersion1: boolean;
  readonly count: number;
  readonly title: string;
}

interface Fold {
  readonly cell: number;
  readonly key: KeyName | undefined;
  readonly requests: SeenRequest[];
}

export interface MarkOptions {
  readonly scale: Scale;
  /** How many pixels are one. */
  readonly cell: number;
  readonly names: ReadonlyMap<string, KeyName>;
  /** The instant from which times are told. */
  readonly origin: number;
}

/** Of requests within the scale. By their pixels from the left; those that share some are neighbours. */
export function foldRequests(requests: Iterable<SeenRequest>, options: MarkOptions): readonly Mark[] {
  const { scale, cell: width, names, origin } = options;
  const folds = new Map<string, Fold>();
  for (const request of requests) {
    const name = names.get(request.accessKeyId ?? "");
    for (const cell of cellsOf(request, scale, width)) {
      const id = `${cell} ${name?.index} ${isAccepted(request)} ${request.imdsVersion === 1}`;
      const fold = folds.get(id);
      if (fold === undefined) folds.set(id, { cell, key: name, requests: [request] });
      else fold.requests.push(request);
    }
  }
  return [...folds.values()]
    .sort((one, other) => one.cell - other.cell)
    .map(({ cell, key, requests }) => ({
      x: scale.left + (cell + 0.5) * width,
      key,
      isAccepted: isAccepted(requests[0] as SeenRequest),
      isVersion1: requests[0]?.imdsVersion === 1,
      count: total(requests),
      title: titleOf(requests, key, origin),
    }));
}

/** Where one row stands for many requests, they are taken as spread evenly from the first to the last. */
function cellsOf({ at, lastAt = at, count = 1 }: SeenRequest, scale: Scale, width: number): readonly number[] {
  const most = Math.ceil((scale.right - scale.left) / width) - 1;
  const cellAt = (instant: number) => Math.min(most, Math.floor((position(scale, instant) - scale.left) / width));
  const between = cellAt(lastAt) - cellAt(at);
  const steps = Math.min(count - 1, between);
  return Array.from({ length: steps + 1 }, (_, step) =>
    cellAt(at + (steps === 0 ? 0 : ((lastAt - at) * step) / steps)),
  );
}

/** No title names more. */
const NAMED = 4;

function named(texts: readonly (string | undefined)[]): string {
  const different = [...new Set(texts.filter((text) => text !== undefined))];
  const more = different.length > NAMED ? `, and ${different.length - NAMED} more` : "";
  return different.slice(0, NAMED).join(", ") + more;
}

function whatOf({ purpose, imdsVersion, action }: SeenRequest): string {
  if (purpose === "call") return action ?? "call";
  const version = imdsVersion === 1 ? " by IMDSv1" : "";
  return `${purpose === "role" ? "role name" : purpose}${version}`;
}

function whyNot(request: SeenRequest): string | undefined {
  if (isAccepted(request)) return undefined;
  if (request.status === 0) return "no answer";
  return request.errorCode === undefined ? String(request.status) : `${request.status} ${request.errorCode}`;
}

function titleOf(requests: readonly SeenRequest[], key: KeyName | undefined, origin: number): string {
  const begin = elapsed((requests[0] as SeenRequest).at - origin);
  const end = elapsed(requests.reduce((last, request) => Math.max(last, lastOf(request)), 0) - origin);
  const number = total(requests);
  const many = number === 1 ? "" : `${count(number, "request")}: `;
  const keys = key === undefined ? "" : `, keys ${key.label}`;
  const why = named(requests.map(whyNot));
  const faults = named(requests.map(({ fault }) => fault));
  return `${many}${named(requests.map(whatOf))}${keys}, ${begin === end ? begin : `${begin} to ${end}`}${
    why && `, refused: ${why}`
  }${faults && `, by fault ${faults}`}`;
}
