// Are two secrets the same? Answered in a time that tells nothing about where they differ.

import { timingSafeEqual } from "node:crypto";

export function sameText(own: string, sent: string): boolean {
  const ownBytes = Buffer.from(own);
  const sentBytes = Buffer.from(sent);
  return ownBytes.length === sentBytes.length && timingSafeEqual(ownBytes, sentBytes);
}
