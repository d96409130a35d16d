// Which versions of the metadata are there? An instance lists the ones that were known when it was launched, and answers to
// exactly these: a date between two of them is not the older one, but 404.

/** What a Nitro instance launched in 2026 lists, as radkawar/stackd recorded it; `latest` is the last dated one. */
export const VERSIONS = [
  "1.0",
  "2007-01-19",
  "2007-03-01",
  "2007-08-29",
  "2007-10-10",
  "2007-12-15",
  "2008-02-01",
  "2008-09-01",
  "2009-04-04",
  "2011-01-01",
  "2011-05-01",
  "2012-01-12",
  "2014-02-25",
  "2014-11-05",
  "2015-10-20",
  "2016-04-19",
  "2016-06-30",
  "2016-09-02",
  "2018-03-28",
  "2018-08-17",
  "2018-09-24",
  "2019-10-01",
  "2020-10-27",
  "2021-01-03",
  "2021-03-23",
  "2021-07-15",
  "2022-09-24",
  "2024-04-11",
  "2025-10-04",
  "2026-04-15",
  "latest",
] as const;

export type Version = (typeof VERSIONS)[number];

const places = new Map<string, number>(VERSIONS.map((version, place) => [version, place]));

/** The place of a version in the list: the later, the larger. Undefined for one that is not listed. */
export const placeOf = (version: string): number | undefined => places.get(version);
