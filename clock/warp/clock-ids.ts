// Which clocks of the kernel are moved, and with which of the program's two? https://man7.org/linux/man-pages/man2/clock_gettime.2.html

const bits = (...ids: readonly number[]) => ids.reduce((mask, id) => mask | (1 << id), 0);

/** Bits by clock id: CLOCK_REALTIME 0, its coarse form 5 and its alarm 8, CLOCK_TAI 11. */
export const WALL_CLOCKS: number = bits(0, 5, 8, 11);
/** CLOCK_MONOTONIC 1, its raw and coarse forms 4 and 6, CLOCK_BOOTTIME 7 and its alarm 9. Those of CPU time are left alone. */
export const MONOTONIC_CLOCKS: number = bits(1, 4, 6, 7, 9);

/** With which of the program's clocks this one moves; undefined for one that does not. */
export function movedWith(id: number): "wall" | "monotonic" | undefined {
  if (id < 0 || id > 11) return undefined;
  if (WALL_CLOCKS & (1 << id)) return "wall";
  return MONOTONIC_CLOCKS & (1 << id) ? "monotonic" : undefined;
}
