// In which zone is it? Availability zones, their ids, and the place of a zone among those of its region.
// https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html

export interface Zone {
  /** `us-east-1a` */
  readonly name: string;
  /** `use1-az1`. In AWS each account has the letters in another order; here `a` is always 1. */
  readonly id: string;
  /** 0 for `a`. */
  readonly index: number;
}

/** The zone of that name, or the region's first one. */
export function zoneOf(region: string, name = `${region}a`): Zone {
  const index = name.charCodeAt(name.length - 1) - "a".charCodeAt(0);
  return { name, id: `${shortRegion(region)}-az${index + 1}`, index };
}

/** How many zones a region has where it is not three. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html */
const ZONES: Readonly<Record<string, number>> = {
  "us-east-1": 6,
  "us-west-1": 2,
  "us-west-2": 4,
  "ap-northeast-2": 4,
  "ca-west-1": 3,
};

/** All zones of a region, `a` first. */
export const zonesOf = (region: string): Zone[] =>
  Array.from("abcdef".slice(0, ZONES[region] ?? 3), (letter) => zoneOf(region, region + letter));

/** `us-east-1` is `use1`, `ap-southeast-2` is `apse2`, `us-gov-west-1` is `usgw1`. */
function shortRegion(region: string): string {
  const [area = "", ...words] = region.split("-");
  const parts = words.flatMap((word) => /^(north|south)(east|west)$/.exec(word)?.slice(1) ?? [word]);
  return area + parts.map((part) => part[0]).join("");
}
