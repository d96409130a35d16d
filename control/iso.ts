// How are instants written for people? In ISO 8601.

/** `2026-11-24T00:00:00.000Z` of epoch milliseconds. */
export const iso = (instant: number) => new Date(instant).toISOString();
