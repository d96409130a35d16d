"""Programs for the tests of the warped clock. The first argument says which; each line of output is flushed at once."""
import ctypes
import json
import os
import select
import signal
import struct
import sys
import threading
import time

libc = ctypes.CDLL(None)


class TimeValue(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("microseconds", ctypes.c_long)]


def say(value):
    print(json.dumps(value), flush=True)


def read_clocks():
    value = TimeValue()
    libc.gettimeofday(ctypes.byref(value), None)
    stored = ctypes.c_long()
    libc.time.restype = ctypes.c_long
    return {
        "wall": [time.clock_gettime(clock) for clock in (0, 5, 11)]
        + [time.time(), value.seconds + value.microseconds / 1e6, libc.time(ctypes.byref(stored)), stored.value],
        "monotonic": [time.clock_gettime(clock) for clock in (1, 4, 6, 7)] + [time.monotonic(), time.perf_counter()],
        "cpu": [time.clock_gettime(clock) for clock in (2, 3)],
        "refused": [libc.clock_gettime(clock, ctypes.byref(TimeValue())) for clock in (10, 12, 99)],
    }


def clocks():
    """Reads all clocks at each line of input."""
    say("ready")
    for _ in sys.stdin:
        say(read_clocks())


def held_lock():
    lock = threading.Lock()
    lock.acquire()
    return lock


WAITS = {
    "sleep": lambda: time.sleep(3600),
    "select": lambda: select.select([sys.stdin], [], [], 3600),
    "poll": lambda: select.poll().poll(3_600_000),
    "epoll": lambda: select.epoll().poll(3600),
    "sigtimedwait": lambda: signal.sigtimedwait([signal.SIGUSR1], 3600),
    "event": lambda: threading.Event().wait(3600),
    "lock": lambda: held_lock().acquire(timeout=3600),
    "nanosleep": lambda: libc.nanosleep(ctypes.byref(TimeValue(3600, 0)), None),
    "ppoll": lambda: libc.ppoll(None, 0, ctypes.byref(TimeValue(3600, 0)), None),
}


def waits():
    """Waits an hour in each way, and says how long it was on its own clock."""
    for name, wait in WAITS.items():
        say(name)
        began = time.monotonic()
        wait()
        say(time.monotonic() - began)
    say("end")


def threads():
    """A hundred threads sleep from 1 to 100 minutes, and say how much later they woke."""
    late = []

    def sleep(minutes):
        began = time.monotonic()
        time.sleep(60 * minutes)
        late.append(time.monotonic() - began - 60 * minutes)

    started = [threading.Thread(target=sleep, args=(minutes,)) for minutes in range(1, 101)]
    for thread in started:
        thread.start()
    say("ready")
    for thread in started:
        thread.join()
    say([min(late), max(late)])


def ready_descriptor():
    """Waits for input with a timeout that the leap passes: input that has come meanwhile must not be lost."""
    say("ready")
    found = select.select([sys.stdin], [], [], 60)
    say(len(found[0]))


def without_ptrace():
    """Becomes the program in the further arguments, with a seccomp filter that answers EPERM to ptrace (101)."""
    load, equal, answer = 0x20, 0x15, 0x06
    refuse, allow = 0x00050001, 0x7FFF0000
    steps = [(load, 0, 0, 0), (equal, 0, 1, 101), (answer, 0, 0, refuse), (answer, 0, 0, allow)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    descriptor = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(program))
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    libc.prctl(no_new_privileges, 1, 0, 0, 0)
    libc.prctl(set_seccomp, filter_mode, ctypes.create_string_buffer(descriptor))
    os.execvp(sys.argv[2], sys.argv[2:])


PROGRAMS = {
    "clocks": clocks,
    "waits": waits,
    "threads": threads,
    "ready-descriptor": ready_descriptor,
    "without-ptrace": without_ptrace,
}
PROGRAMS[sys.argv[1]]()
