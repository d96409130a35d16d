"""Services with boto3 for the tests of exercises: the first argument says which. What goes wrong in a call is told, and the next is made."""
import ctypes
import os
import signal
import struct
import subprocess
import sys
import threading
import time

import boto3

s3 = boto3.client("s3")


def call():
    try:
        s3.put_object(Bucket="mybucket", Key="key", Body=b"body")
    except Exception as error:
        print(type(error).__name__, error, flush=True)


def steady(seconds=10):
    while True:
        call()
        time.sleep(seconds)


def busy():
    """Never pauses."""
    while True:
        call()


def crowd():
    """Twenty threads that never pause for long."""
    for _ in range(20):
        threading.Thread(target=steady, args=(5,), daemon=True).start()
    signal.pause()


def forking():
    """Leaves children behind."""
    subprocess.Popen(["sleep", "86399"])
    if os.fork() == 0:
        time.sleep(86399)
    print(os.getpgrp(), flush=True)
    call()


def stubborn():
    """Does not end when it is asked to."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    steady()


def timer():
    """Makes a call each ten minutes, by a POSIX timer that nobody moves: it has a seccomp filter of its own, which allows everything."""
    libc = ctypes.CDLL(None)
    allow = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)  # BPF_RET | BPF_K, SECCOMP_RET_ALLOW
    code = ctypes.create_string_buffer(allow)
    PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, struct.pack("HxxxxxxQ", 1, ctypes.addressof(code))):
        raise OSError("no filter")
    signal.signal(signal.SIGALRM, lambda *_: None)
    kept = ctypes.c_void_p()
    CLOCK_MONOTONIC, minutes = 1, (ctypes.c_long * 4)(600, 0, 600, 0)
    if libc.timer_create(CLOCK_MONOTONIC, None, ctypes.byref(kept)) or libc.timer_settime(kept, 0, minutes, None):
        raise OSError("no timer")
    while True:
        call()
        signal.pause()


SERVICES = {service.__name__: service for service in (steady, busy, crowd, forking, stubborn, timer)}
SERVICES[sys.argv[1]]()
