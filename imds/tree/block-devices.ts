// Which volumes did the instance begin with? By the names that EC2 counts them with.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html

import type { Instance } from "../../instances/instance.ts";
import type { Leaves } from "./leaf.ts";

/** Name → device: `ami`, `root`, `ebs1`, `ephemeral0`, `swap`. The first further EBS volume was captured as ebs1, as `sdf`. */
export function blockDevices({ rootDeviceName, blockDeviceMappings }: Instance): ReadonlyMap<string, string> {
  const short = (deviceName: string) => deviceName.replace("/dev/", "");
  const ebs = blockDeviceMappings.filter(({ virtualName }) => virtualName === undefined);
  const virtual = blockDeviceMappings.flatMap(({ virtualName, deviceName }) =>
    virtualName === undefined ? [] : [[virtualName, short(deviceName)] as const],
  );
  return new Map([
    // Amazon Linux 2023 names its root device without the directory, Ubuntu (`/dev/sda1`) with it: both captured.
    ["ami", rootDeviceName === "/dev/xvda" ? "xvda" : rootDeviceName],
    ...ebs.map(({ deviceName }, i) => [`ebs${i + 1}`, short(deviceName)] as const),
    ["root", rootDeviceName],
    ...virtual,
  ]);
}

export const BLOCK_DEVICE_LEAVES: Leaves = {
  "meta-data/block-device-mapping/{device}": ["2007-12-15", ({ instance }, name) => blockDevices(instance).get(name)],
};
