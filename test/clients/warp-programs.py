"""Programs for the tests of the warped clock. The first argument says which; each line of output is flushed at once."""
import ctypes
import json
import mmap
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
    "sleep": lambda seconds: time.sleep(seconds),
    "select": lambda seconds: select.select([sys.stdin], [], [], seconds),
    "poll": lambda seconds: select.poll().poll(1000 * seconds),
    "epoll": lambda seconds: select.epoll().poll(seconds),
    "sigtimedwait": lambda seconds: signal.sigtimedwait([signal.SIGUSR1], seconds),
    "event": lambda seconds: threading.Event().wait(seconds),
    "lock": lambda seconds: held_lock().acquire(timeout=seconds),
    "nanosleep": lambda seconds: libc.nanosleep(ctypes.byref(TimeValue(seconds, 0)), None),
    "ppoll": lambda seconds: libc.ppoll(None, 0, ctypes.byref(TimeValue(seconds, 0)), None),
}


def waits():
    """Waits an hour in each way, and says how long it was on its own clock."""
    for name, wait in WAITS.items():
        say(name)
        began = time.monotonic()
        wait(3600)
        say(time.monotonic() - began)
    say("end")


def paused_waits():
    """Waits two seconds in each way at once, and says how long each was on its own clock."""
    lasted = {}

    def measure(name, wait):
        began = time.monotonic()
        wait(2)
        lasted[name] = time.monotonic() - began

    began = time.time()
    started = [threading.Thread(target=measure, args=item) for item in WAITS.items()]
    for thread in started:
        thread.start()
    say("ready")
    for thread in started:
        thread.join()
    say([lasted, time.time() - began])


FourLongs = ctypes.c_long * 4
CLOCK_MONOTONIC, TIMER_ABSTIME = 1, 1


def timer_descriptor(flags, value):
    descriptor = libc.timerfd_create(CLOCK_MONOTONIC, 0)
    libc.timerfd_settime(descriptor, flags, ctypes.byref(FourLongs(60, 0, value, 0)), None)
    return descriptor


def interval_timer():
    signal.setitimer(signal.ITIMER_REAL, 3600)
    return lambda: signal.sigwait([signal.SIGALRM])


def posix_timer():
    timer = ctypes.c_void_p()
    libc.timer_create(CLOCK_MONOTONIC, None, ctypes.byref(timer))
    libc.timer_settime(timer, 0, ctypes.byref(FourLongs(0, 0, 3600, 0)), None)
    return lambda: signal.sigwait([signal.SIGALRM])


def descriptor():
    timer = timer_descriptor(0, 3600)
    return lambda: os.read(timer, 8)


def absolute_descriptor():
    timer = timer_descriptor(TIMER_ABSTIME, int(time.monotonic()) + 3600)
    return lambda: os.read(timer, 8)


def inherited_descriptor():
    timer = timer_descriptor(TIMER_ABSTIME, int(time.monotonic()) + 3600)
    if os.fork() == 0:
        time.sleep(1_000_000)
    return lambda: os.read(timer, 8)


TIMERS = {
    "setitimer": interval_timer,
    "timer_create": posix_timer,
    "timerfd": descriptor,
    "timerfd, absolute": absolute_descriptor,
    "timerfd, absolute, of two processes": inherited_descriptor,
}


def timers():
    """Sets a timer of each kind for an hour, and says how long it took on its own clock."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    for name, make in TIMERS.items():
        began = time.monotonic()
        wait = make()
        say(name)
        wait()
        say(time.monotonic() - began)
    say("end")


def bursts():
    """Computes for most of a second at each line of input, and says how long that was on its own clock."""
    say("ready")
    for _ in sys.stdin:
        began, used = time.monotonic(), time.process_time()
        while time.process_time() - used < 0.8:
            pass
        say(time.monotonic() - began)


def ring(opcode):
    """Submits an order to an io_uring, with an hour as what it may ask for, and waits in another way."""
    parameters = (ctypes.c_uint32 * 30)()
    descriptor = libc.syscall(425, 4, parameters)  # io_uring_setup
    tail, array = parameters[11], parameters[16]
    queue = mmap.mmap(descriptor, array + 16)
    orders = mmap.mmap(descriptor, 4 * 64, offset=0x1000_0000)
    hour = TimeValue(3600, 0)
    orders[:28] = struct.pack("<BBHiQQI", opcode, 0, 0, -1, 0, ctypes.addressof(hour), 1)
    queue[tail : tail + 4] = struct.pack("<I", 1)
    say(libc.syscall(426, descriptor, 1, 0, 0, None, 0))  # io_uring_enter
    select.select([sys.stdin], [], [])


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
    "paused-waits": paused_waits,
    "threads": threads,
    "timers": timers,
    "bursts": bursts,
    "ring": lambda: ring(0),
    "timed-ring": lambda: ring(11),
    "ready-descriptor": ready_descriptor,
    "without-ptrace": without_ptrace,
}
PROGRAMS[sys.argv[1]]()
