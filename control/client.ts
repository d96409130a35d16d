// How are the verbs reached from another process? Over the control API, one request a verb.

import { requestJson } from "../network/json-client.ts";
import { ControlError, type Controls } from "./controls.ts";

export interface ControlAddress {
  /** `http://host:port` */
  readonly url: string;
  /** Printed at the start of a Mayfly that listens beyond loopback. */
  readonly token?: string;
}

/** The verbs of the Mayfly at that address. NetworkError where nothing answers, ControlError where it refuses. */
export function connect({ url, token }: ControlAddress): Controls {
  async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await requestJson(url, { method, path, token, ...(body === undefined ? {} : { body }) });
    if (answer.status < 400) return answer.body as Answer;
    const { error } = (answer.body ?? {}) as { error?: string };
    const stranger = `${url} answers ${method} ${path} with status ${answer.status}, as no control API of Mayfly does`;
    throw new ControlError(answer.status, error ?? stranger);
  }
  return {
    state: () => ask("GET", "/state"),
    clock: {
      read: () => ask("GET", "/clock"),
      set: (change) => ask("PATCH", "/clock", change),
      advance: (duration) => ask("POST", "/clock/advance", { duration }),
      jump: (duration) => ask("POST", "/clock/jump", { duration }),
    },
    faults: {
      raise: (fault) => ask("POST", "/faults", fault),
      list: () => ask("GET", "/faults"),
      clear: (id) => ask("DELETE", id === undefined ? "/faults" : `/faults/${encodeURIComponent(id)}`),
    },
    rotate: (instance) => ask("POST", "/rotate", { instance }),
    act: (action, request) => ask("POST", `/instances/${action}`, request ?? {}),
    requests: (query = {}) => ask("GET", `/requests${queryString(query)}`),
    announcements: () => ask("GET", "/announcements"),
    environment: (query = {}) => ask("GET", `/environment${queryString(query)}`),
    certificates: () => ask("GET", "/certificates"),
    openDoors: (instance) => ask("POST", "/doors", instance === undefined ? {} : { instance }),
    reset: () => ask("POST", "/reset", {}),
    configure: (configuration) => ask("PUT", "/configuration", configuration),
  };
}

/** Whether every listener of the Mayfly there answers. NetworkError where nothing does. */
export async function isReady(url: string): Promise<boolean> {
  return (await requestJson(url, { path: "/ready" })).status === 200;
}

function queryString(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const texts = given.map(([name, value]): [string, string] => [name, String(value)]);
  return texts.length === 0 ? "" : `?${new URLSearchParams(texts)}`;
}
