// Which MFA devices does a user have? Devices know their user by the name.

import type { Identities, MfaDevice } from "./model.ts";

export const devicesOf = ({ mfaDevices }: Pick<Identities, "mfaDevices">, userName: string): readonly MfaDevice[] =>
  Array.from(mfaDevices.values()).filter(({ enabled }) => enabled?.userName === userName);
