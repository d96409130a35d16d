// What lies where in our page, which every warped program has?

import { machine } from "./machine.ts";

export const PAGE = machine.page;
export const PAGE_BYTES = 4096;
/** At the page's start: seconds that the wall clock is ahead, and seconds that the monotonic one is, 64 bits each. */
export const AHEAD_BYTES = 16;
/** A timeout of zero, which a wait is given in place of its own when its time is over. */
export const NO_TIME = PAGE + 16n;
/** Code that makes a system call. */
export const CALL_AT = PAGE + 32n;
/** What calls that we make in the program read and write. */
export const SCRATCH = PAGE + 48n;
/** The stubs follow from here, each in a slot of its own. */
export const STUBS_AT = 128;
export const STUB_BYTES = 128;
