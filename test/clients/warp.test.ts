// The warped clock with real programs: Python, Node, static Go, shells. Real time passes here, as in the programs themselves.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { describe, expect, type TestContext, test } from "vitest";
import { systemClock } from "../../clock/moved-clock.ts";
import { pause } from "../../clock/real-time.ts";
import { leapTogether, type WarpedProcess, type WarpOptions, warp, warpSupport } from "../../clock/warp/warp.ts";

const HOUR = 3600;
const PROGRAMS = join(import.meta.dirname, "warp-programs.py");
const WARP = join(import.meta.dirname, "../../clock/warp/warp.ts");

const support = await warpSupport();
const has = (command: string, ...words: string[]) => spawnSync(command, words).status === 0;
const MISSING = {
  warp: support.supported ? undefined : support.reason,
  python: has("python3", "--version") ? undefined : "python3 is missing",
  go: has("go", "version") ? undefined : "go is missing",
  java: has("java", "-version") ? undefined : "java is missing",
  cc: has("cc", "--version") ? undefined : "a C compiler is missing",
  rustc: has("rustc", "--version") ? undefined : "rustc is missing",
};

/** Skips with the reason when something that the test needs is missing here. */
function needs({ skip }: TestContext, ...names: (keyof typeof MISSING)[]): void {
  const reason = (["warp", ...names] as const).map((name) => MISSING[name]).find((missing) => missing !== undefined);
  skip(reason !== undefined, reason);
}

interface Talking extends AsyncDisposable {
  readonly program: WarpedProcess;
  /** The next line that it says; fails when none comes within half a minute of real time. */
  hear(): Promise<string>;
  say(line: string): void;
}

/** Starts a program and talks with it line by line; what it complains of goes where our own complaints go. */
function talkTo(command: string, words: readonly string[], options: WarpOptions = {}): Talking {
  const program = warp(command, words, { ...options, stdio: "pipe" });
  const lines = createInterface({ input: program.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  program.stderr?.pipe(process.stderr);
  return {
    program,
    async hear() {
      const given = new AbortController();
      const late = pause(30_000, given.signal).then(() => Promise.reject(new Error(`${command} says nothing`)));
      const line = await Promise.race([lines.next(), late]).finally(() => {
        late.catch(() => {});
        given.abort();
      });
      if (line.done) throw new Error(`${command} has ended`);
      return line.value;
    },
    say: (line) => void program.stdin?.write(`${line}\n`),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

const python = (program: string, options?: WarpOptions) => talkTo("python3", [PROGRAMS, program], options);

describe("reading", () => {
  type Clocks = { wall: number[]; monotonic: number[]; cpu: number[]; refused: number[] };
  const read = async (talking: Talking): Promise<Clocks> => {
    talking.say("read");
    return JSON.parse(await talking.hear());
  };
  const moves = (before: readonly number[], after: readonly number[]) =>
    after.map((value, i) => value - (before[i] ?? 0));
  const expectNear = (values: readonly number[], expected: number) => {
    for (const value of values) expect(Math.abs(value - expected)).toBeLessThan(5);
  };

  test("every wall and monotonic clock leaps, whoever is asked; CPU time does not", async (context) => {
    needs(context, "python");
    await using talking = python("clocks");
    await talking.hear();
    const before = await read(talking);
    expectNear(
      before.wall.map((wall) => wall - Date.now() / 1000).filter((_, i) => i !== 2),
      0,
    ); // 2 is TAI
    await talking.program.leap(HOUR);
    await talking.program.leap(1.5);
    await talking.program.leap(10.5);
    const after = await read(talking);
    expectNear(moves(before.wall, after.wall), HOUR + 12);
    expectNear(moves(before.monotonic, after.monotonic), HOUR + 12);
    expectNear(moves(before.cpu, after.cpu), 0);
    expect(after.refused).toEqual([-1, -1, -1]);
  });

  test.for([400 * 24 * HOUR, -400 * 24 * HOUR])(
    "a start %i s ahead moves the wall clock alone",
    async (aheadSeconds, context) => {
      needs(context, "python");
      await using talking = python("clocks", { aheadSeconds });
      await talking.hear();
      const { wall, monotonic } = await read(talking);
      expectNear([(wall[0] ?? 0) - Date.now() / 1000], aheadSeconds);
      expectNear([(monotonic[0] ?? 0) - Number(process.hrtime.bigint()) / 1e9], 24 * HOUR);
    },
  );
});

describe("waiting", () => {
  test("Python's waits end, of whatever kind, by the leap that passes their time", async (context) => {
    needs(context, "python");
    await using talking = python("waits");
    let kinds = 0;
    for (let kind = JSON.parse(await talking.hear()); kind !== "end"; kind = JSON.parse(await talking.hear())) {
      await pause(200); // it says what it is about to wait for, and then waits
      await talking.program.leap(HOUR - 600); // not enough yet
      await talking.program.leap(660);
      const lasted = JSON.parse(await talking.hear());
      expect([kind, lasted > HOUR && lasted < HOUR + 90]).toEqual([kind, true]);
      kinds++;
    }
    expect(kinds).toBe(9);
  });

  test("timers of the kernel are over, of whatever kind, by the leap that passes their time", async (context) => {
    needs(context, "python");
    await using talking = python("timers");
    const kinds: string[] = [];
    for (let kind = JSON.parse(await talking.hear()); kind !== "end"; kind = JSON.parse(await talking.hear())) {
      await pause(200);
      expect(await talking.program.activity()).toMatchObject({ unmovedTimers: [] });
      await talking.program.leap(HOUR / 2);
      await pause(200); // it must not be over yet
      await talking.program.leap(HOUR / 2 - 60);
      await talking.program.leap(120);
      const lasted = JSON.parse(await talking.hear());
      expect([kind, lasted > HOUR - 2 && lasted < HOUR + 90]).toEqual([kind, true]);
      kinds.push(kind);
    }
    expect(kinds.length).toBe(5);
  });

  test("while it is paused no time passes for it, however it waits", async (context) => {
    needs(context, "python");
    await using talking = python("paused-waits");
    await talking.hear();
    await pause(500);
    const began = performance.now();
    await talking.program.pause();
    const leap = talking.program.leap(1); // comes after the pause
    await pause(4000);
    await Promise.all([talking.program.resume(), talking.program.resume(), leap]);
    const [lasted, wall] = JSON.parse(await talking.hear());
    expect(performance.now() - began).toBeGreaterThan(4000);
    expect(Object.keys(lasted).length).toBe(9);
    for (const seconds of [...Object.values<number>(lasted), wall]) {
      expect(seconds).toBeGreaterThanOrEqual(2);
      expect(seconds).toBeLessThan(4);
    }
  });

  test("where the monotonic clock stays real, a leap is felt by the wall clock and what waits on it alone", async (context) => {
    needs(context, "python");
    await using talking = python("clocks", { monotonic: "real" });
    await talking.hear();
    await talking.program.leap(HOUR);
    talking.say("read");
    const { wall, monotonic } = JSON.parse(await talking.hear());
    expect(Math.abs(wall[0] - Date.now() / 1000 - HOUR)).toBeLessThan(5);
    expect(Math.abs(monotonic[0] - Number(process.hrtime.bigint()) / 1e9)).toBeLessThan(5);
    await using sleeping = python("waits", { monotonic: "real" });
    await sleeping.hear();
    await pause(200);
    await sleeping.program.leap(HOUR);
    expect(Math.abs(((await sleeping.program.activity()).nextDueSeconds ?? 0) - HOUR)).toBeLessThan(10);
    const tail = `exec python3 -c '
import ctypes, time
end = (ctypes.c_long * 2)(int(time.time()) + 3600, 0)
print("ready", flush=True)
print(ctypes.CDLL(None).clock_nanosleep(0, 1, end, None))'`;
    await using until = talkTo("sh", ["-c", tail], { monotonic: "real" });
    await until.hear();
    await pause(200);
    await until.program.leap(HOUR);
    expect(await until.hear()).toBe("0");
  });

  test("a hundred sleeping threads wake, each when its time has come", async (context) => {
    needs(context, "python");
    await using talking = python("threads");
    await talking.hear();
    for (let i = 0; i < 100; i++) await talking.program.leap(60);
    const [least, most] = JSON.parse(await talking.hear());
    expect(least).toBeGreaterThanOrEqual(0);
    expect(most).toBeLessThan(60);
  });

  test("sleeps are not forgotten by leaps that come close together", async (context) => {
    needs(context);
    const busy = "while :; do :; done &";
    const script = `${busy} for i in $(seq 30); do sleep 3600 & sleeping="$sleeping $!"; done; echo ready; wait $sleeping; echo over`;
    await using talking = talkTo("sh", ["-c", script]);
    await talking.hear();
    await pause(500);
    for (let i = 0; i < 100; i++) await talking.program.leap(1, undefined, { stillSeconds: 0.001 });
    await talking.program.leap(HOUR);
    expect(await talking.hear()).toBe("over");
  });

  test("input that has come before its timeout is not lost", async (context) => {
    needs(context, "python");
    await using talking = python("ready-descriptor");
    await talking.hear();
    await talking.program.leap(90, async () => {
      talking.say("input");
      await pause(50);
    });
    expect(await talking.hear()).toBe("1");
  });

  test("Node's timers fire, in order", async (context) => {
    needs(context);
    const code = `const began = [Date.now(), performance.now()];
      for (const minutes of [60, 30, 90]) setTimeout(() => {
        console.log(minutes, Math.floor((Date.now() - began[0]) / 60_000), Math.floor((performance.now() - began[1]) / 60_000));
      }, minutes * 60_000);
      console.log("ready");`;
    await using talking = talkTo(process.execPath, ["-e", code]);
    await talking.hear();
    await talking.program.leap(0.6 * HOUR);
    expect(await talking.hear()).toBe("30 36 36");
    await talking.program.leap(HOUR);
    expect([await talking.hear(), await talking.hear()]).toEqual(["60 96 96", "90 96 96"]);
    expect(await talking.program.exited).toBe(0);
  });

  /** Programs that say for what they wait, wait an hour, and say how long it was on each of their clocks. */
  async function expectHours({ program, hear }: Talking): Promise<number> {
    let kinds = 0;
    for (let kind = await hear(); kind !== "end"; kind = await hear()) {
      await pause(300);
      await program.leap(HOUR / 2);
      await program.leap(HOUR / 2 + 60);
      const hours = (await hear()).split(" ").map(Number);
      expect([kind, hours.every((seconds) => seconds > HOUR - 2 && seconds < HOUR + 90)]).toEqual([kind, true]);
      kinds++;
    }
    return kinds;
  }

  test("Java's sleeps, monitors, locks and scheduled executors", async (context) => {
    needs(context, "java");
    await using talking = talkTo("java", ["-XX:TieredStopAtLevel=1", join(import.meta.dirname, "WarpSleeper.java")]);
    expect(await expectHours(talking)).toBe(7);
  });

  test.for([
    ["the C library's waits", "cc", ["-pthread"], "warp-waits.c", 16],
    ["the same, linked statically", "cc", ["-pthread", "-static"], "warp-waits.c", 16],
    ["Rust's sleeps, timeouts and condition variables", "rustc", [], "warp-sleeper.rs", 4],
  ] as const)("%s", async ([, compiler, options, source, kinds], context) => {
    needs(context, compiler);
    await using stack = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), "warp-"));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const binary = join(folder, "program");
    const words = [...options, "-O", "-o", binary, join(import.meta.dirname, source)];
    expect(spawnSync(compiler, words, { encoding: "utf8" }).stderr).toBe("");
    expect(await expectHours(stack.use(talkTo(binary, [])))).toBe(kinds);
  });

  test("a static Go program's goroutines and timers wake, and both of its clocks agree", async (context) => {
    needs(context, "go");
    const folder = mkdtempSync(join(tmpdir(), "warp-"));
    try {
      const binary = join(folder, "sleeper");
      const source = join(import.meta.dirname, "warp-sleeper.go");
      const env = { ...process.env, CGO_ENABLED: "0" };
      const built = spawnSync("go", ["build", "-o", binary, source], { env, encoding: "utf8" });
      expect(built.stderr).toBe("");
      await using talking = talkTo(binary, []);
      await talking.hear();
      await talking.program.leap(HOUR + 60);
      const [monotonic = 0, wall = 0] = (await talking.hear()).split(" ").map(Number);
      expect(wall).toBeGreaterThan(HOUR);
      expect(wall).toBeLessThan(HOUR + 90);
      expect(Math.abs(monotonic - wall)).toBeLessThan(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("children and their children live on the same clock, those born before a leap and after", async (context) => {
    needs(context);
    const script = 'date +%s; (sleep 3600; date +%s) & echo ready; wait; sh -c "sleep 3600; date +%s"';
    await using talking = talkTo("sh", ["-c", script]);
    const began = Number(await talking.hear());
    await talking.hear();
    // Whether a sleep of another process has begun cannot be heard: a short leap first shows that it stands in its wait.
    const hours: number[] = [];
    for (const _ of [1, 2]) {
      const told = talking.hear();
      let ended = false;
      told.finally(() => {
        ended = true;
      });
      while (!ended) await Promise.all([talking.program.leap(HOUR / 4).catch(() => {}), pause(50)]);
      hours.push((Number(await told) - began) / HOUR);
    }
    expect(hours[0]).toBeGreaterThanOrEqual(1);
    expect((hours[1] ?? 0) - (hours[0] ?? 0)).toBeGreaterThanOrEqual(1);
  });
});

describe("a program that computes", () => {
  test("comes to rest before the leap, also where it was made to stand before", async (context) => {
    needs(context, "python");
    await using talking = python("bursts");
    await talking.hear();
    for (let burst = 0; burst < 3; burst++) {
      talking.say("go");
      await pause(50);
      await talking.program.leap(HOUR, undefined, { stillSeconds: 0.03 });
      expect(Number(await talking.hear())).toBeLessThan(HOUR);
    }
  });
});

describe("its activity", () => {
  test("whether it computes, and when its earliest wait is over on its own clock", async (context) => {
    needs(context, "python");
    await using sleeping = python("waits");
    await sleeping.hear();
    await pause(200);
    const before = await sleeping.program.activity();
    expect(before).toMatchObject({ isComputing: false, unmovedTimers: [] });
    expect(Math.abs((before.nextDueSeconds ?? 0) - HOUR)).toBeLessThan(10);
    await sleeping.program.leap(HOUR / 2);
    const [one, other] = await Promise.all([sleeping.program.activity(), sleeping.program.activity()]);
    expect(Math.abs((one.nextDueSeconds ?? 0) - HOUR / 2)).toBeLessThan(20);
    expect(other.isComputing).toBe(false);
    await using computing = talkTo("sh", ["-c", "echo ready; while :; do :; done"]);
    await computing.hear();
    expect(await computing.program.activity()).toEqual({ isComputing: true, unmovedTimers: [] });
    sleeping.program.kill();
    await sleeping.program.exited;
    await expect(sleeping.program.activity()).rejects.toThrow("the program has ended");
  });

  test("a time that is asked of an io_uring does not move, and a ring without one is none", async (context) => {
    needs(context, "python");
    for (const [program, unmovedTimers] of [
      ["timed-ring", ["io_uring"]],
      ["ring", []],
    ] as const) {
      await using waiting = python(program);
      expect(await waiting.hear()).toBe("1");
      expect(await waiting.program.activity()).toMatchObject({ isComputing: false, unmovedTimers });
    }
    await using node = talkTo(process.execPath, ["-e", "console.log('ready'); setTimeout(() => {}, 3_600_000)"]);
    await node.hear();
    expect(await node.program.activity()).toMatchObject({ unmovedTimers: [] });
  });
});

describe("living", () => {
  test.for([
    ["its exit code", ["sh", "-c", "exit 7"], 7],
    ["128 and the signal's number", ["sh", "-c", "kill -KILL $$"], 137],
    ["127 when there is no such program", ["there-is-no-such-program"], 127],
  ] as const)("it ends with %s", async ([, [command, ...words], code], context) => {
    needs(context);
    expect(await warp(command, words, { stdio: "ignore" }).exited).toBe(code);
  });

  test("SIGTERM is its own to handle", async (context) => {
    needs(context);
    const script = "trap 'echo farewell; exit 3' TERM; echo ready; while :; do sleep 0.02; done";
    await using talking = talkTo("sh", ["-c", script]);
    await talking.hear();
    talking.program.kill();
    expect(await talking.hear()).toBe("farewell");
    expect(await talking.program.exited).toBe(3);
  });

  test("it can be stopped and continued, and leaps meanwhile", async (context) => {
    needs(context);
    const script = "sleep 3600 & echo $$; wait; date +%s";
    await using talking = talkTo("sh", ["-c", script]);
    const [pid, began] = [Number(await talking.hear()), Date.now() / 1000];
    process.kill(pid, "SIGSTOP");
    await talking.program.leap(2 * HOUR);
    await talking.program.leap(2 * HOUR); // the first may have come before its child slept
    process.kill(pid, "SIGCONT");
    expect(Number(await talking.hear()) - began).toBeGreaterThan(2 * HOUR);
  });

  test("its input, output, descriptors, folder and environment are what it was given", async (context) => {
    needs(context);
    const script = "cat; pwd; env; ls /proc/self/fd | wc -l";
    const descriptors = Number(spawnSync("sh", ["-c", "ls /proc/self/fd | wc -l"], { encoding: "utf8" }).stdout);
    const env = { PATH: process.env.PATH, GREETING: "a b\nc", NODE_OPTIONS: "--no-such-option" };
    await using program = warp("sh", ["-c", script], { stdio: "pipe", cwd: "/usr", env });
    program.stdin?.end("input\n");
    const said = await text(program.stdout as NodeJS.ReadableStream);
    const expected = [
      "input",
      "/usr",
      "PWD=/usr",
      `PATH=${env.PATH}`,
      "GREETING=a b",
      "c",
      "NODE_OPTIONS=--no-such-option",
    ];
    const shellsOwn = /^(SHLVL|_|OLDPWD)=/;
    const lines = said
      .trimEnd()
      .split("\n")
      .filter((line) => !shellsOwn.test(line));
    expect(lines.toSorted()).toEqual([...expected, String(descriptors)].toSorted());
  });

  test("leaps come one after another; wrong ones are refused, and none comes after the end", async (context) => {
    needs(context);
    await using talking = talkTo("cat", []);
    const { program } = talking;
    const order: string[] = [];
    const leaps = ["a", "b", "c"].map((name) => program.leap(1, () => order.push(name)));
    await Promise.all(leaps);
    expect(order).toEqual(["a", "b", "c"]);
    for (const wrong of [-1, Number.NaN, Infinity]) await expect(program.leap(wrong)).rejects.toThrow(RangeError);
    program.stdin?.end();
    expect(await program.exited).toBe(0);
    await expect(program.leap(1)).rejects.toThrow("the program has ended");
  });

  test("several leap together, while all stand still; those that have ended are left out", async (context) => {
    needs(context, "python");
    await using one = python("clocks");
    await using other = python("clocks");
    await using third = python("clocks");
    const all = [one, other, third];
    const programs = all.map(({ program }) => program);
    const ahead = async ({ say, hear }: Talking) => {
      say("read");
      return Math.round((JSON.parse(await hear()).wall[0] - Date.now() / 1000) / HOUR);
    };
    for (const { hear } of all) await hear();
    let answered = false;
    const meanwhile = async () => {
      one.say("read");
      one.hear().then(() => {
        answered = true;
      });
      await pause(200);
      expect(answered).toBe(false);
    };
    expect(await leapTogether(programs, HOUR, meanwhile)).toBe(true);
    expect(await leapTogether(programs, HOUR, () => false)).toBe(false);
    third.program.kill();
    await third.program.exited;
    expect(await leapTogether(programs, HOUR, undefined, { stillSeconds: 0.03 })).toBe(true);
    expect([await ahead(one), await ahead(other)]).toEqual([2, 2]);
    await expect(leapTogether([third.program], HOUR)).rejects.toThrow("the program has ended");
    expect(await leapTogether([], HOUR)).toBe(true);
  });

  test("programs without streams of their own share a launcher, and nothing else", async (context) => {
    needs(context);
    await using stack = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), "warp-"));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const start = (script: string) => stack.use(warp("sh", ["-c", script], { cwd: folder, stdio: "ignore" }));
    const said = async (name: string) => {
      const file = join(folder, name);
      for (let i = 0; i < 500 && !existsSync(file); i++) await pause(10);
      await pause(50);
      return readFileSync(file, "utf8").trim();
    };
    const leaving = start("sleep 1000 & echo $! > left; while [ ! -e go ]; do sleep 0.05; done; exit 7");
    const first = start("sleep 3600; date +%s > first");
    const second = start("sleep 3600; date +%s > second");
    const wrong = warp("sh", ["-c", "true"], { cwd: join(folder, "nowhere"), stdio: "ignore" });
    await expect(wrong.exited).rejects.toThrow(/nowhere$/);
    const left = Number(await said("left"));
    const began = Date.now() / 1000;
    await pause(200);
    await first.leap(2 * HOUR);
    expect(await first.exited).toBe(0);
    expect(Math.round((Number(await said("first")) - began) / HOUR)).toBe(2);
    expect(existsSync(join(folder, "second"))).toBe(false);
    writeFileSync(join(folder, "go"), "");
    expect(await leaving.exited).toBe(7);
    for (let i = 0; i < 500 && existsSync(`/proc/${left}`); i++) await pause(10);
    expect(existsSync(`/proc/${left}`)).toBe(false);
    await second.leap(HOUR + 60);
    expect(await second.exited).toBe(0);
    expect(Math.round((Number(await said("second")) - began) / HOUR)).toBe(1);
  });

  test("when what is done meanwhile fails, it goes on as it was", async (context) => {
    needs(context, "python");
    await using talking = python("clocks");
    await talking.hear();
    const failing = talking.program.leap(HOUR, () => Promise.reject(new Error("the server is away")));
    await expect(failing).rejects.toThrow("the server is away");
    talking.say("read");
    const [wall] = JSON.parse(await talking.hear()).wall;
    expect(Math.abs(wall - Date.now() / 1000)).toBeLessThan(5);
  });

  test("it ends when the process that started it is killed", async (context) => {
    needs(context);
    const code = `import { warp } from ${JSON.stringify(WARP)};
      const program = warp("sh", ["-c", "echo $$; exec sleep 1000"], { stdio: "pipe" });
      program.stdout.pipe(process.stdout);`;
    const starter = spawn(process.execPath, ["--input-type=module-typescript", "-e", code]);
    const [pid] = await once(starter.stdout, "data");
    starter.kill("SIGKILL");
    const isThere = () => existsSync(`/proc/${Number(pid)}`);
    for (let i = 0; i < 500 && isThere(); i++) await pause(10);
    expect(isThere()).toBe(false);
  });

  test("a kernel that refuses ptrace is named as the reason", async (context) => {
    needs(context, "python");
    const code = `import { warpSupport } from ${JSON.stringify(WARP)}; console.log(JSON.stringify(await warpSupport()));`;
    const words = [PROGRAMS, "without-ptrace", process.execPath, "--input-type=module-typescript", "-e", code];
    const { stdout, stderr } = spawnSync("python3", words, { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ supported: false, reason: /the kernel refuses ptrace \(error 1\)/ });
  });
});

describe("a Node client on connections kept alive", () => {
  /** A server on a clock of its own; it keeps how far each client's clock was from it, in seconds. */
  async function serve(answerAfterMilliseconds = 0) {
    const clock = systemClock();
    const differences: number[] = [];
    const server = createServer(async (request, response) => {
      differences.push((Number(request.headers["x-now"]) - clock.now()) / 1000);
      if (answerAfterMilliseconds) await pause(answerAfterMilliseconds);
      response.end("answer");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { clock, differences, url, [Symbol.dispose]: () => void server.close().closeAllConnections() };
  }

  /** Asks so many times, with a timeout of a second as the SDKs' for IMDS, pausing between, and counts what fails. */
  const client = (url: string, times: number, pauseMilliseconds: number) => `
    const agent = new (require("node:http").Agent)({ keepAlive: true });
    const ask = () => new Promise((resolve, reject) => {
      const request = require("node:http").get(${JSON.stringify(url)}, { agent, timeout: 1000, headers: { "x-now": Date.now() } },
        (response) => response.on("end", resolve).resume());
      request.on("timeout", () => request.destroy(new Error("timeout"))).on("error", reject);
    });
    (async () => {
      const failures = [];
      for (let i = 0; i < ${times}; i++) {
        await ask().catch((error) => failures.push(error.message));
        if (i === 0) console.log("ready");
        if (${pauseMilliseconds}) await new Promise((resolve) => setTimeout(resolve, ${pauseMilliseconds}));
      }
      console.log(JSON.stringify(failures));
      agent.destroy();
    })();`;

  test.for([
    ["idle for half an hour between requests", 12, HOUR * 500, 0],
    ["busy without a pause", 10_000, 0, 0],
    ["busy with a server that takes its time", 60, 0, 40],
  ] as const)("%s: no request fails, and its clock is the server's", async ([, times, gap, delay], context) => {
    needs(context);
    using server = await serve(delay);
    await using talking = talkTo(process.execPath, ["-e", client(server.url, times, gap)]);
    await talking.hear();
    const result = talking.hear();
    let ended = false;
    result.finally(() => {
      ended = true;
    });
    let leaps = 0;
    while (!ended) {
      await talking.program.leap(HOUR, () => server.clock.jump(HOUR * 1000)).catch(() => {});
      leaps++;
      await pause(100);
    }
    expect(JSON.parse(await result)).toEqual([]);
    expect(server.differences.length).toBe(times);
    // A request that was made ready before a leap may be sent after it.
    const apart = server.differences.filter((difference) => Math.abs(difference) > 5);
    expect(apart.length).toBeLessThanOrEqual(leaps);
    expect(leaps).toBeGreaterThan(1);
  });
});
