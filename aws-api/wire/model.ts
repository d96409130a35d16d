// What do AWS's own models say of a service? Their types here, and the way to load one; data/models is made by
// scripts/build-service-models.ts. A model is read when its service is first called, so that starting costs nothing.

import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";

/** A member of a structure, or the content of a list or map. */
export interface Member {
  readonly shape: string;
  readonly location?: "uri" | "querystring" | "header" | "headers";
  /** The name on the wire, where it is not the member's own. */
  readonly locationName?: string;
  /** The name in a form, in the protocol of EC2. */
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly streaming?: boolean;
  /** It is an attribute of the structure's element. */
  readonly xmlAttribute?: boolean;
}

export interface Shape {
  readonly type:
    | "structure"
    | "list"
    | "map"
    | "string"
    | "integer"
    | "long"
    | "float"
    | "double"
    | "boolean"
    | "timestamp"
    | "blob";
  readonly required?: readonly string[];
  /** The member that is the HTTP body. */
  readonly payload?: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly flattened?: boolean;
  readonly locationName?: string;
  readonly timestampFormat?: "iso8601" | "rfc822";
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  /** Declared at the element, for attributes that belong to it. */
  readonly xmlNamespace?: { readonly prefix: string; readonly uri: string };
  readonly error?: { readonly httpStatusCode: number; readonly code?: string };
}

export interface OperationModel {
  readonly status: number;
  readonly input?: string;
  readonly output?: string;
  /** The element around the output: query's wrapper inside the response, or the root of a rest-xml body. */
  readonly resultElement?: string;
}

/** How a REST operation is told from the others: a query value of "" stands for any. */
export interface Route {
  readonly method: string;
  readonly target: "service" | "bucket" | "object";
  readonly query: Readonly<Record<string, string>>;
  readonly header?: string;
}

export interface ServiceModel {
  readonly metadata: { readonly apiVersion: string; readonly protocol: string; readonly xmlNamespace: string };
  readonly operations: Readonly<Record<string, OperationModel>>;
  /** Of all operations of the service, those that we do not serve too. */
  readonly routes?: Readonly<Record<string, Route>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The shape of that name; models are closed, so a missing one is a broken file. */
export function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (!shape) throw new TypeError(`the model has no shape ${name}`);
  return shape;
}

export type ServiceName = "sts" | "iam" | "ec2" | "s3";

/** The model of a service, read from data/models. */
export function loadModel(service: ServiceName): ServiceModel {
  // Beside package.json, whether this runs from its source or compiled from dist.
  const root = dirname(findPackageJSON("..", import.meta.url) as string);
  return JSON.parse(readFileSync(join(root, "data", "models", `${service}.json`), "utf8"));
}
