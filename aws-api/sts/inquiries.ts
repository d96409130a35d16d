// Who am I, whose key is that, and what did that refusal mean? What STS tells without giving anything out.

import { accountOfAccessKey } from "../../signing/access-keys.ts";
import { decodeAuthorizationMessage } from "../authorization-message.ts";
import { AwsError, type Members } from "../call.ts";
import { validationError } from "./errors.ts";
import { inputOf, type StsOperation } from "./operation.ts";

/**
 * The one call that nobody is ever denied, which is why everybody tries their credentials with it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const getCallerIdentity: StsOperation = {
  permissions: () => [],
  act({ principal }) {
    if (principal.kind === "anonymous") throw new TypeError("an unsigned request got through to GetCallerIdentity");
    return { output: { UserId: principal.userId, Account: principal.accountId, Arn: principal.arn } };
  },
};

interface KeyInput extends Members {
  readonly AccessKeyId: string;
}

/**
 * The account that a key's id names, whether there is such a key or not. Keys of a configuration may name none and are the account's all
 * the same; how AWS refuses an id that names none is not recorded.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
export const getAccessKeyInfo: StsOperation = {
  permissions: () => [{ action: "sts:GetAccessKeyInfo", resource: "*" }],
  act(call, tools) {
    const { AccessKeyId: id } = inputOf<KeyInput>(call);
    const Account = tools.identities().accessKeyOwners.has(id) ? call.accountId : accountOfAccessKey(id);
    if (Account === undefined) throw validationError(`${id} is invalid`);
    return { output: { Account } };
  },
};

interface MessageInput extends Members {
  readonly EncodedMessage: string;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html; the words of its refusal are not recorded. */
export const decodeMessage: StsOperation = {
  permissions: () => [{ action: "sts:DecodeAuthorizationMessage", resource: "*" }],
  act(call, { masterKey }) {
    const DecodedMessage = decodeAuthorizationMessage(masterKey, inputOf<MessageInput>(call).EncodedMessage);
    if (DecodedMessage === undefined) {
      throw new AwsError("InvalidAuthorizationMessageException", 400, "Message is not valid");
    }
    return { output: { DecodedMessage } };
  },
};
