// Does this fault strike this request? Its limits, its dice and its counts at work. Each has its own, and dice for each instance, so that
// no fault and no instance disturbs another's.

import { type Dice, dice } from "../entropy/dice.ts";
import type { Action, Asked, Face } from "./fault.ts";
import { compileLimits, isOfAllRequests, type Window, windowOf } from "./limits.ts";
import type { RaisedFault } from "./state.ts";
import { kindOf, type WrittenFault } from "./table.ts";

export class LiveFault {
  readonly raised: RaisedFault;
  readonly window: Window;
  readonly action: Action;
  /** Requests that the limits let through, while it was in force. */
  matched = 0;
  struck = 0;
  readonly #faces: readonly Face[];
  readonly #matches: (asked: Asked) => boolean;
  /** By instance id; "" for who signs at an AWS endpoint and is on none. */
  readonly #dice = new Map<string, Dice>();

  constructor(raised: RaisedFault) {
    const { fault, raisedAt } = raised;
    const kind = kindOf(fault);
    this.raised = raised;
    this.window = windowOf(fault, raisedAt);
    this.action = kind.act(fault as never, this.window.from);
    this.#faces = fault.face === undefined ? kind.faces : [fault.face];
    this.#matches = compileLimits(effective(fault));
  }

  acts(face: Face): boolean {
    return this.#faces.includes(face);
  }

  isInForce(at: number): boolean {
    return this.window.from <= at && at < this.window.until;
  }

  /** Whether nobody is to get a connection at such a listener. */
  get shutsDoor(): boolean {
    return this.action.shutsDoor === true && isOfAllRequests(this.raised.fault);
  }

  /** Decides, and counts. Ask once for each request, in the order of the requests. */
  strikes(asked: Asked): boolean {
    if (!this.isInForce(asked.request.at) || !this.#matches(asked)) return false;
    if (this.action.concerns?.(asked) === false) return false;
    const { skip = 0, probability = 1, count = Number.POSITIVE_INFINITY } = this.raised.fault;
    this.matched++;
    if (this.matched <= skip || this.struck >= count) return false;
    if (probability < 1 && !this.#diceOf(asked).chance(probability)) return false;
    this.struck++;
    return true;
  }

  #diceOf({ instance }: Asked): Dice {
    const { fault, seed } = this.raised;
    const whose = instance?.instanceId ?? "";
    const own = this.#dice.get(whose) ?? dice(`${seed}/${kindOf(fault).name}/${whose}`);
    this.#dice.set(whose, own);
    return own;
  }
}

/** What a kind usually strikes holds where the fault says nothing else of the same. */
const effective = (fault: WrittenFault): WrittenFault => ({ ...kindOf(fault).usual, ...fault });
