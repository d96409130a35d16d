// What does the operation answer? Its handler decides; here it only gets its call.

import type { Call } from "../call.ts";
import type { BoundOperation, Exchange } from "../exchange.ts";

/** The handler of the operation, which is known to be served. */
export function handlerOf({ service, operation }: Exchange): BoundOperation {
  return service.operations[operation] as BoundOperation;
}

export async function act(exchange: Exchange): Promise<void> {
  exchange.answer = await handlerOf(exchange).act(exchange.call as Call);
}
