// How busy is a container? The statistics that Docker counts, of one that takes a hundredth of a processor from its start on: they
// follow from the instant alone.
// https://docs.docker.com/reference/api/engine/version/v1.43/#tag/Container/operation/ContainerStats

import { goTime } from "../go-reply.ts";
import type { Container, Task } from "./task.ts";

const PROCESSORS = 2;
const SHARE = 0.01;
const BYTES_PER_SECOND = 100;
const PACKET_BYTES = 100;
const MEBIBYTE = 1024 * 1024;
const SECOND = 1000;

const nanoseconds = (milliseconds: number) => milliseconds * 1_000_000;

function processor(milliseconds: number) {
  const used = Math.floor(nanoseconds(milliseconds) * SHARE);
  const each = Math.floor(used / PROCESSORS);
  return {
    cpu_usage: {
      total_usage: each * PROCESSORS,
      percpu_usage: Array.from({ length: PROCESSORS }, () => each),
      usage_in_kernelmode: each,
      usage_in_usermode: each,
    },
    system_cpu_usage: nanoseconds(milliseconds) * PROCESSORS,
    online_cpus: PROCESSORS,
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  };
}

function traffic(milliseconds: number) {
  const bytes = Math.floor((milliseconds / SECOND) * BYTES_PER_SECOND);
  const packets = Math.floor(bytes / PACKET_BYTES);
  return {
    rx_bytes: bytes,
    rx_packets: packets,
    rx_errors: 0,
    rx_dropped: 0,
    tx_bytes: bytes,
    tx_packets: packets,
    tx_errors: 0,
    tx_dropped: 0,
  };
}

/** Of a container at an instant, with those of a second before. */
export function containerStats({ startedAt }: Task, { dockerId, dockerName }: Container, at: number) {
  const age = Math.max(0, at - startedAt);
  const before = Math.max(0, age - SECOND);
  return {
    read: goTime(startedAt + age),
    preread: goTime(startedAt + before),
    pids_stats: { current: 1 },
    blkio_stats: {
      io_service_bytes_recursive: [],
      io_serviced_recursive: [],
      io_queue_recursive: [],
      io_service_time_recursive: [],
      io_wait_time_recursive: [],
      io_merged_recursive: [],
      io_time_recursive: [],
      sectors_recursive: [],
    },
    num_procs: 0,
    storage_stats: {},
    cpu_stats: processor(age),
    precpu_stats: processor(before),
    memory_stats: { usage: 16 * MEBIBYTE, max_usage: 16 * MEBIBYTE, limit: 1024 * MEBIBYTE },
    name: `/${dockerName}`,
    id: dockerId,
    networks: { eth1: traffic(age) },
    network_rate_stats: { rx_bytes_per_sec: BYTES_PER_SECOND, tx_bytes_per_sec: BYTES_PER_SECOND },
  };
}

/** Of all containers of a task, by their Docker ids. */
export const taskStats = (task: Task, at: number) =>
  Object.fromEntries(
    [...task.containers]
      .sort((one, other) => (one.dockerId < other.dockerId ? -1 : 1))
      .map((container) => [container.dockerId, containerStats(task, container, at)]),
  );
