// Which addresses has the loopback interface? Linux is asked over netlink, because a container often has no command for it. Numbers
// are written little-endian, as all systems that Node is built for but one have them.
// https://man7.org/linux/man-pages/man7/rtnetlink.7.html

import { getSystemErrorName } from "node:util";
import ipaddr from "ipaddr.js";
import { NetworkError } from "./failure.ts";
import { lastError, systemCall } from "./libc.ts";

const [NEW_LINK, NEW_ADDRESS, DELETE_ADDRESS] = [16, 20, 21];
const [REQUEST, ACKNOWLEDGE, EXCLUSIVE, CREATE] = [0x1, 0x4, 0x200, 0x400];
const [FAMILY_IPV4, FAMILY_IPV6, FAMILY_NETLINK] = [2, 10, 16];
const [ATTRIBUTE_ADDRESS, ATTRIBUTE_LOCAL] = [1, 2];
const UP = 1;
/** Without looking whether another machine has it, which on this interface none can. */
const USABLE_AT_ONCE = 2;
/** The index of the loopback interface, in every network namespace. */
const LOOPBACK = 1;
const RAW_CLOSED_ON_EXEC = 0x8_0003;

/** Takes it into use: in a new network namespace it is not. NetworkError with the system's code. */
export function raiseLoopback(): void {
  const interfaceInformation = Buffer.alloc(16);
  interfaceInformation.writeInt32LE(LOOPBACK, 4);
  interfaceInformation.writeUInt32LE(UP, 8);
  interfaceInformation.writeUInt32LE(UP, 12);
  check(ask(NEW_LINK, 0, interfaceInformation), "the loopback interface cannot be taken into use");
}

/** Gives it an IPv4 or IPv6 address. False when it has it already; NetworkError with the system's code when it cannot be given. */
export function addToLoopback(address: string): boolean {
  const failed = ask(NEW_ADDRESS, CREATE | EXCLUSIVE, addressMessage(address));
  if (failed === "EEXIST") return false;
  check(failed, `${address} cannot be given to the loopback interface`);
  return true;
}

export function removeFromLoopback(address: string): void {
  check(ask(DELETE_ADDRESS, 0, addressMessage(address)), `${address} cannot be taken from the loopback interface`);
}

function check(failed: string | undefined, sentence: string): void {
  if (failed !== undefined) throw new NetworkError(failed, `${sentence} (${failed})`);
}

/** The address alone, without a network around it. */
function addressMessage(address: string): Buffer {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  const head = Buffer.alloc(8);
  head[0] = bytes.length === 4 ? FAMILY_IPV4 : FAMILY_IPV6;
  head[1] = bytes.length * 8;
  head[2] = USABLE_AT_ONCE;
  head.writeUInt32LE(LOOPBACK, 4);
  return Buffer.concat([head, attribute(ATTRIBUTE_LOCAL, bytes), attribute(ATTRIBUTE_ADDRESS, bytes)]);
}

function attribute(type: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(4 + bytes.length, 0);
  head.writeUInt16LE(type, 2);
  return Buffer.concat([head, bytes]);
}

/** Sends one message to the kernel; undefined when it was done, else the name of the error. */
function ask(type: number, flags: number, message: Buffer): string | undefined {
  const calls = loadCalls();
  if (calls === undefined) return "ENOSYS";
  const head = Buffer.alloc(16);
  head.writeUInt32LE(head.length + message.length, 0);
  head.writeUInt16LE(type, 4);
  head.writeUInt16LE(REQUEST | ACKNOWLEDGE | flags, 6);
  const answer = Buffer.alloc(1024);
  const descriptor = calls.socket(FAMILY_NETLINK, RAW_CLOSED_ON_EXEC, 0);
  if (descriptor < 0) return errorName(lastError());
  const sent = calls.send(descriptor, Buffer.concat([head, message]), head.length + message.length, 0);
  const received = sent < 0 ? sent : calls.recv(descriptor, answer, answer.length, 0);
  const error = received < 0 ? lastError() : -answer.readInt32LE(16);
  calls.close(descriptor);
  return error === 0 ? undefined : errorName(error);
}

const errorName = (error: number) => getSystemErrorName(-error);

function loadCalls() {
  const socket = systemCall("int socket(int family, int type, int protocol)");
  const send = systemCall("long send(int descriptor, const void *bytes, size_t length, int flags)");
  const recv = systemCall("long recv(int descriptor, void *bytes, size_t length, int flags)");
  const close = systemCall("int close(int descriptor)");
  return socket && send && recv && close && { socket, send, recv, close };
}
