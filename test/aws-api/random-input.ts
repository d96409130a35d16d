// What might somebody send to an operation? Parameters by the shapes of its model, most of them plausible and some of them spoilt, as a form.

import { type Member, type ServiceModel, type Shape, shapeOf } from "../../aws-api/wire/model.ts";
import type { Dice } from "../../entropy/dice.ts";

/** Texts that go with a member of a name like this; what is listed first counts. */
export type Plausible = readonly (readonly [member: RegExp, texts: readonly string[]])[];

const STRANGE = [
  ...["", " ", "\0", "__proto__", "constructor", "hasOwnProperty", "[]", "{}", "-1", "1e999", "*"],
  ...["ü", "日本", "😀", "\ud800", "\u202e", "../..", "a/b", "arn:aws:iam::123456789012:", "%00", "<&>'\"]]>"],
  ...[
    "x".repeat(129),
    "x".repeat(5000),
    "9".repeat(18),
    "9".repeat(19),
    "2026-11-24T00:00:00Z",
    "true",
    "false",
    "\n",
    "\r\n",
  ],
];

/** How likely it is that a value, or a name, is none that anybody would mean. */
const SPOILT = 0.06;
const DEEPEST = 5;

type Pairs = [name: string, value: string][];

/** Where a value stands in the form. */
interface Place {
  readonly name: string;
  readonly isFlat: boolean;
  /** As the model calls it; of a list its own. */
  readonly member: string;
}

export class RandomInput {
  readonly #model: ServiceModel;
  readonly #throws: Dice;
  readonly #plausible: Plausible;

  constructor(model: ServiceModel, throws: Dice, plausible: Plausible) {
    this.#model = model;
    this.#throws = throws;
    this.#plausible = plausible;
  }

  /** The form of one call, `Action` and `Version` included. */
  form(operation: string): string {
    const { input } = this.#model.operations[operation] ?? {};
    const pairs: Pairs = [
      ["Action", operation],
      ["Version", this.#model.metadata.apiVersion],
    ];
    if (input !== undefined) this.#structure(pairs, shapeOf(this.#model, input), "", 0);
    const sent = pairs.map((pair, index) =>
      index > 1 && this.#throws.chance(SPOILT / 3) ? this.#misnamed(pair) : pair,
    );
    return sent.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join("&");
  }

  #misnamed([name, value]: Pairs[number]): Pairs[number] {
    const end = this.#throws.pick([
      ".1",
      ".member.1",
      ".member.1.Key",
      ".entry.1.key",
      ".",
      "..",
      ".0",
      ".-1",
      ".99999999999999999999",
    ]);
    return [this.#throws.pick([`${name}${end}`, name.replace(/\.\d+/, end), name.split(".")[0] ?? ""]), value];
  }

  #structure(pairs: Pairs, { members = {}, required = [] }: Shape, prefix: string, depth: number): void {
    const isEc2 = this.#model.metadata.protocol === "ec2";
    for (const [name, member] of Object.entries(members)) {
      const isWanted = required.includes(name) ? 0.97 : 0.4 / (depth + 1);
      if (!this.#throws.chance(isWanted)) continue;
      const shape = shapeOf(this.#model, member.shape);
      const isFlat = Boolean(isEc2 || shape.flattened || member.flattened);
      const own = isEc2
        ? ec2Name(name, member)
        : (isFlat && shape.member?.locationName) || (member.locationName ?? name);
      this.#value(pairs, shape, { name: prefix === "" ? own : `${prefix}.${own}`, isFlat, member: name }, depth);
    }
  }

  #value(pairs: Pairs, shape: Shape, place: Place, depth: number): void {
    const { name, member } = place;
    if (this.#throws.chance(SPOILT)) pairs.push([name, this.#throws.pick(STRANGE)]);
    else if (shape.type === "structure" && depth < DEEPEST) this.#structure(pairs, shape, name, depth + 1);
    else if (shape.type === "list" && depth < DEEPEST) this.#list(pairs, shape, place, depth);
    else pairs.push([name, this.#text(shape, member)]);
  }

  #list(pairs: Pairs, shape: Shape, { name, isFlat, member }: Place, depth: number): void {
    const { shape: content, locationName = "member" } = shape.member as Member;
    const beginning = isFlat ? name : `${name}.${locationName}`;
    const length = this.#throws.chance(SPOILT / 2) ? 60 : this.#throws.integer(3);
    for (let index = 1; index <= length; index++) {
      const item = { name: `${beginning}.${index}`, isFlat: false, member };
      this.#value(pairs, shapeOf(this.#model, content), item, depth + 1);
    }
  }

  #text({ type, enum: values, min, max }: Shape, member: string): string {
    if (values) return this.#throws.pick(values);
    if (type === "boolean") return this.#throws.pick(["true", "false"]);
    if (type === "timestamp") return this.#throws.pick(["2026-11-24T00:00:00Z", "0", "1795392000"]);
    if (type === "integer" || type === "long")
      return String((min ?? 0) + this.#throws.integer((max ?? 5) - (min ?? 0) + 2));
    const [, texts] = this.#plausible.find(([pattern]) => pattern.test(member)) ?? [];
    return texts ? this.#throws.pick(texts) : "x".repeat(Math.min(min ?? 3, 100));
  }
}

const ec2Name = (name: string, { queryName, locationName = name }: Member) =>
  queryName ?? locationName.charAt(0).toUpperCase() + locationName.slice(1);
