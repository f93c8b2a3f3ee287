# SPDX-License-Identifier: BSD-2-Clause
"""What a program sees of the interfaces: getifaddrs(3), if_nameindex(3), if_nametoindex(3).

A line for each address, sorted: the interface, its flags, address, netmask, and broadcast address or
destination. Link-local addresses, which are different everywhere, are left out.
"""

import ctypes
import socket

LENGTHS = {socket.AF_INET: (4, 4), socket.AF_INET6: (8, 16)}  # where the address is, and its length
FLAGS = {0x1: "UP", 0x2: "BROADCAST", 0x8: "LOOPBACK", 0x40: "RUNNING", 0x1000: "MULTICAST"}
libc = ctypes.CDLL(None, use_errno=True)


class Ifaddrs(ctypes.Structure):
    pass


Ifaddrs._fields_ = [
    ("next", ctypes.POINTER(Ifaddrs)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("addr", ctypes.c_void_p),
    ("netmask", ctypes.c_void_p),
    ("other", ctypes.c_void_p),
    ("data", ctypes.c_void_p),
]


def family_of(pointer):
    return ctypes.c_ushort.from_address(pointer).value


def text(pointer, family):
    if not pointer:
        return "-"
    offset, length = LENGTHS[family]
    return socket.inet_ntop(family, ctypes.string_at(pointer + offset, length))


def lines(entry):
    while entry:
        ifa = entry.contents
        flags = ",".join(name for bit, name in FLAGS.items() if ifa.flags & bit)
        family = family_of(ifa.addr)
        if family == socket.AF_PACKET:
            yield f"{ifa.name.decode()} {flags} link"
        else:
            address, netmask = text(ifa.addr, family), text(ifa.netmask, family)
            other = text(ifa.other, family)
            if not address.startswith("fe80:"):
                yield f"{ifa.name.decode()} {flags} {address} {netmask} {other}"
        entry = ifa.next


first = ctypes.POINTER(Ifaddrs)()
if libc.getifaddrs(ctypes.byref(first)):
    raise OSError(ctypes.get_errno(), "getifaddrs")
print("\n".join(sorted(lines(first))))
libc.freeifaddrs(first)
for index, name in sorted(socket.if_nameindex(), key=lambda pair: pair[1]):
    print(name, socket.if_nametoindex(name) == index, socket.if_indextoname(index))
