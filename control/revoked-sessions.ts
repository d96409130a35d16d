// How are the sessions of a role revoked? As the console's button does it: an inline policy that denies whatever was issued before now.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html

/** The merge patch over the configuration; `at` in ISO 8601. */
export const revokedSessions = (role: string, at: string) => ({
  roles: { [role]: { policies: { AWSRevokeOlderSessions: olderSessionsDenied(at) } } },
});

const olderSessionsDenied = (at: string) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Deny", Action: ["*"], Resource: ["*"], Condition: { DateLessThan: { "aws:TokenIssueTime": at } } },
  ],
});
