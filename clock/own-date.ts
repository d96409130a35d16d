// How does this very process believe that time has passed? For programs whose code can be changed; others need `warp/`.

/**
 * Replaces the global Date by one whose present can be moved; timers keep their length. Returns how to move it on, in milliseconds.
 */
export function moveOwnDate(): (milliseconds: number) => void {
  const RealDate = Date;
  let offset = 0;
  class MovedDate extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      super(...((given.length === 0 ? [RealDate.now() + offset] : given) as [number]));
    }
    static override now(): number {
      return RealDate.now() + offset;
    }
  }
  globalThis.Date = MovedDate as DateConstructor;
  return (milliseconds) => {
    offset += milliseconds;
  };
}
