// What do policies know of tags? Those of a resource, and those that a call brings: the same keys in every service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html

export type TagPairs = readonly (readonly [key: string, value: string])[];
export type Keys = Readonly<Record<string, readonly string[]>>;

/** Each tag is asked for in two ways: `aws:ResourceTag/team` and, of `iam`, `iam:ResourceTag/team`. */
export function resourceTagKeys(service: "iam" | "ec2", tags: TagPairs): Keys {
  return Object.fromEntries(
    tags.flatMap(([key, value]) =>
      ["aws", service].map((prefix) => [`${prefix}:ResourceTag/${key}`, [value]] as const),
    ),
  );
}

/** Tags that a call is to set. */
export function requestTagKeys(tags: TagPairs): Keys {
  if (tags.length === 0) return {};
  const keys = tags.map(([key, value]) => [`aws:RequestTag/${key}`, [value]] as const);
  return { ...Object.fromEntries(keys), "aws:TagKeys": tags.map(([key]) => key) };
}
