// What is there to do with passwords? https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords.html

import type { Identities, LoginProfile, User } from "../../roles/model.ts";
import { changeFault, newPasswordHash, policyFault, withPassword } from "../../sign-in/passwords.ts";
import { isPassword } from "../../signing/password-hash.ts";
import { AwsError, type Call, type Members, type Permission } from "../call.ts";
import { entityAlreadyExists, invalidInput, noSuchEntity, validationError } from "./errors.ts";
import { entityIn, named, USER } from "./kinds.ts";
import {
  type Act,
  changes,
  type IamOperation,
  inputOf,
  type Outcome,
  type PreparedOperation,
  prepares,
  put,
  reads,
} from "./operation.ts";
import { grantedByAccount } from "./password-policy.ts";

interface ProfileInput extends Members {
  readonly UserName?: string;
  readonly Password?: string;
  readonly PasswordResetRequired?: boolean;
  /** Seconds. */
  readonly MaxSigninSessionDuration?: number;
  readonly ResetMaxSigninSessionDuration?: boolean;
}

interface ChangeInput extends Members {
  readonly OldPassword: string;
  readonly NewPassword: string;
}

function profileOf({ name, loginProfile }: User): LoginProfile {
  if (!loginProfile) throw noSuchEntity(`Login Profile for User ${name} cannot be found.`);
  return loginProfile;
}

const shown = ({ name }: User, profile: LoginProfile): Members => ({
  UserName: name,
  CreateDate: profile.createdAt,
  PasswordResetRequired: profile.passwordResetRequired,
  MaxSigninSessionDuration: profile.maxSigninSessionSeconds,
});

const withProfile = (user: User, loginProfile: LoginProfile): Outcome => ({
  changes: [put("users", user.name, { ...user, loginProfile })],
});

function demandTaken(fault: string | undefined): void {
  if (fault !== undefined) throw new AwsError("PasswordPolicyViolation", 400, fault);
}

const createLoginProfile = prepares(named(USER), async (call, _identities, { entropy }) => {
  const { Password, PasswordResetRequired = false, MaxSigninSessionDuration } = inputOf<ProfileInput>(call);
  if (Password === undefined) {
    // Optional in the model for sessions of AssumeRoot alone; the text is that of a member that is not.
    throw validationError(
      "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null",
    );
  }
  const passwordHash = await newPasswordHash(Password, entropy);
  return (_, identities) => {
    const user = entityIn(USER, call, identities);
    if (user.loginProfile) throw entityAlreadyExists(`Login Profile for user ${user.name} already exists.`);
    demandTaken(policyFault(identities, Password));
    const profile: LoginProfile = {
      ...{ createdAt: call.request.at, passwordSetAt: call.request.at, passwordHash, previousPasswordHashes: [] },
      passwordResetRequired: PasswordResetRequired,
      ...(MaxSigninSessionDuration !== undefined && { maxSigninSessionSeconds: MaxSigninSessionDuration }),
    };
    return { ...withProfile(user, profile), output: { LoginProfile: shown(user, profile) } };
  };
});

const updateLoginProfile = prepares(named(USER), async (call, _identities, { entropy }) => {
  const { Password, PasswordResetRequired, ...session } = inputOf<ProfileInput>(call);
  const { MaxSigninSessionDuration, ResetMaxSigninSessionDuration = false } = session;
  if (ResetMaxSigninSessionDuration && MaxSigninSessionDuration !== undefined) {
    // AWS refuses this; its text is not known.
    throw invalidInput("MaxSigninSessionDuration and ResetMaxSigninSessionDuration cannot both be specified.");
  }
  const passwordHash = Password === undefined ? undefined : await newPasswordHash(Password, entropy);
  return (_, identities) => {
    const user = entityIn(USER, call, identities);
    const before = profileOf(user);
    if (Password !== undefined) demandTaken(policyFault(identities, Password));
    const { maxSigninSessionSeconds, ...profile } = passwordHash
      ? withPassword(before, passwordHash, call.request.at)
      : before;
    const longest = ResetMaxSigninSessionDuration ? undefined : (MaxSigninSessionDuration ?? maxSigninSessionSeconds);
    return withProfile(user, {
      ...profile,
      passwordResetRequired: PasswordResetRequired ?? profile.passwordResetRequired,
      ...(longest !== undefined && { maxSigninSessionSeconds: longest }),
    });
  };
});

/** A user changes the own password, and that alone: whoever signs as something else has none. */
function callersUser({ principal }: Call, identities: Identities): User {
  const user = principal.kind === "user" ? identities.users.get(principal.userName) : undefined;
  if (!user) throw new AwsError("InvalidUserType", 400, "Only IAM Users can change their own password.");
  return user;
}

function changePasswordPermissions(call: Call, identities: Identities): readonly Permission[] {
  const { principal } = call;
  const user = principal.kind === "user" ? identities.users.get(principal.userName) : undefined;
  return [grantedByAccount({ action: "iam:ChangePassword", resource: user?.arn ?? "*" }, call, identities)];
}

async function prepareChange(
  call: Call,
  identities: Identities,
  entropy: Parameters<typeof newPasswordHash>[1],
): Promise<Act> {
  const { OldPassword, NewPassword } = inputOf<ChangeInput>(call);
  const compared = profileOf(callersUser(call, identities));
  if (!(await isPassword(OldPassword, compared.passwordHash))) {
    // The words are a guess.
    throw new AwsError("AccessDenied", 403, "The old password was incorrect.");
  }
  demandTaken(await changeFault(identities, compared, NewPassword));
  const passwordHash = await newPasswordHash(NewPassword, entropy);
  return (_, now) => {
    const user = callersUser(call, now);
    const profile = profileOf(user);
    if (profile.passwordHash !== compared.passwordHash) {
      // The words are a guess.
      throw new AwsError("EntityTemporarilyUnmodifiable", 409, "The password was changed in the meantime.");
    }
    return withProfile(user, withPassword(profile, passwordHash, call.request.at));
  };
}

export const loginProfileOperations: Readonly<Record<string, IamOperation | PreparedOperation>> = {
  CreateLoginProfile: createLoginProfile,
  GetLoginProfile: reads(named(USER), (call, identities) => {
    const user = entityIn(USER, call, identities);
    return { LoginProfile: shown(user, profileOf(user)) };
  }),
  UpdateLoginProfile: updateLoginProfile,
  DeleteLoginProfile: changes(named(USER), (call, identities) => {
    const user = entityIn(USER, call, identities);
    profileOf(user);
    const { loginProfile, ...rest } = user;
    return { changes: [put("users", user.name, rest)] };
  }),
  ChangePassword: {
    permissions: changePasswordPermissions,
    prepare: (call, identities, { entropy }) => prepareChange(call, identities, entropy),
  },
};
