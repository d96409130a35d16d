// Which marks stand for the requests? One for all that would fall onto the same few pixels and look the same, so that a page stays small
// however many requests there were.

import type { SeenRequest } from "../../observation.ts";
import { counted, elapsed, type KeyName } from "../words.ts";
import { isShown, position, type Scale } from "./scale.ts";

/** Answered with less than 400. An injected fault may leave no answer at all. */
export const isAccepted = ({ status }: SeenRequest): boolean => status > 0 && status < 400;

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

/** By their pixels from the left; those that share some are neighbours. */
export function foldRequests(requests: Iterable<SeenRequest>, options: MarkOptions): readonly Mark[] {
  const { scale, cell: width, names, origin } = options;
  const folds = new Map<string, Fold>();
  for (const request of requests) {
    if (!isShown(scale, request.at)) continue;
    const cell = Math.floor((position(scale, request.at) - scale.left) / width);
    const name = names.get(request.accessKeyId ?? "");
    const id = `${cell} ${name?.index} ${isAccepted(request)} ${request.imdsVersion === 1}`;
    const fold = folds.get(id);
    if (fold === undefined) folds.set(id, { cell, key: name, requests: [request] });
    else fold.requests.push(request);
  }
  return [...folds.values()]
    .sort((one, other) => one.cell - other.cell)
    .map(({ cell, key, requests }) => ({
      x: scale.left + (cell + 0.5) * width,
      key,
      isAccepted: isAccepted(requests[0] as SeenRequest),
      isVersion1: requests[0]?.imdsVersion === 1,
      count: requests.length,
      title: titleOf(requests, key, origin),
    }));
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
  const [first, last] = [requests[0] as SeenRequest, requests.at(-1) as SeenRequest];
  const begin = elapsed(first.at - origin);
  const end = elapsed(last.at - origin);
  const count = requests.length === 1 ? "" : `${counted(requests.length, "request")}: `;
  const keys = key === undefined ? "" : `, keys ${key.label}`;
  const why = named(requests.map(whyNot));
  const faults = named(requests.map(({ fault }) => fault));
  return `${count}${named(requests.map(whatOf))}${keys}, ${begin === end ? begin : `${begin} to ${end}`}${
    why && `, refused: ${why}`
  }${faults && `, by fault ${faults}`}`;
}
