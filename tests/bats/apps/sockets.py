# SPDX-License-Identifier: BSD-2-Clause
"""Socket calls whose outcome is printed, one line each: the same on the kernel and on the stack.

    sockets.py GROUP FAMILY     the cases of a group, over lo; FAMILY is 4 or 6

A line is the case's name and what came of it. Ports and times are never printed.
"""
import array
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

TCP, SOL, IP, IP6 = socket.IPPROTO_TCP, socket.SOL_SOCKET, socket.IPPROTO_IP, socket.IPPROTO_IPV6
FAMILY = sys.argv[2]
AF, LO, ELSEWHERE = ((socket.AF_INET6, "::1", "2001:db8::1") if FAMILY == "6" else
                     (socket.AF_INET, "127.0.0.1", "192.0.2.1"))
groups = {}


def case(group):
    def add(function):
        groups.setdefault(group, []).append(function)
        return function
    return add


def attempt(function, *args):
    """What it returns, or the name of its error."""
    try:
        return function(*args)
    except OSError as e:
        return errno.errorcode.get(e.errno, str(e))


def tcp():
    return socket.socket(AF)


def listener():
    s = tcp()
    s.bind((LO, 0))
    s.listen(50)
    return s


def connect_to(l):
    return socket.create_connection(l.getsockname()[:2])


def connection():
    """A client, and the server's end of the connection."""
    with listener() as s:
        client = connect_to(s)
        server, address = s.accept()
    assert address == client.getsockname() == server.getpeername()
    return client, server


def datagram(bind=True):
    s = socket.socket(AF, socket.SOCK_DGRAM)
    if bind:
        s.bind((LO, 0))
    return s


def read_all(s):
    parts = []
    while part := s.recv(100000):
        parts.append(part)
    return b"".join(parts)


def wait_for(s, events):
    """The events that came, of those waited for and those that always come."""
    p = select.poll()
    p.register(s, events)
    return [e for _, e in p.poll(30000)]


def reset(s):
    s.setsockopt(SOL, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


# --- streams ---

@case("stream")
def echo():
    c, s = connection()
    c.sendall(b"hello")
    s.sendall(s.recv(5, socket.MSG_WAITALL) * 2)
    return c.recv(10, socket.MSG_WAITALL)


@case("stream")
def many_bytes():
    c, s = connection()
    sent = os.urandom(3000000)
    t = threading.Thread(target=lambda: (c.sendall(sent), c.shutdown(socket.SHUT_WR)))
    t.start()
    got = read_all(s)
    t.join()
    return got == sent


@case("stream")
def half_close():
    c, s = connection()
    c.shutdown(socket.SHUT_WR)
    end = s.recv(1)
    s.sendall(b"after")
    s.close()
    return end, read_all(c)


@case("stream")
def peek_and_wait():
    c, s = connection()
    c.send(b"12345")
    return s.recv(2, socket.MSG_PEEK), s.recv(5, socket.MSG_WAITALL)


@case("stream")
def scatter_and_gather():
    c, s = connection()
    c.sendmsg([b"ab", b"cd"])
    a, b = bytearray(3), bytearray(3)
    wait_for(s, select.POLLIN)
    return s.recvmsg_into([a, b]), a, b


@case("stream")
def sendfile():
    c, s = connection()
    with open(__file__, "rb") as f:
        os.sendfile(c.fileno(), f.fileno(), 0, 1000000)
        c.close()
        f.seek(0)
        return read_all(s) == f.read()


@case("stream")
def makefile():
    c, s = connection()
    f = c.makefile("rwb")
    f.write(b"line\n")
    f.flush()
    s.send(b"one\ntwo\n")
    got = s.recv(9), f.readline(), f.readline()
    f.close()
    c.close()
    return got, s.recv(1)


@case("stream")
def unread_bytes():
    c, s = connection()
    c.send(b"12345")
    wait_for(s, select.POLLIN)
    count = array.array("i", [0])
    fcntl.ioctl(s, 0x541B, count)  # FIONREAD
    return count[0]


@case("stream")
def parallel():
    def work():
        c, s = connection()
        c.sendall(b"x" * 10000)
        c.close()
        done.append(len(read_all(s)))
    done = []
    threads = [threading.Thread(target=work) for _ in range(30)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return done == [10000] * 30


# --- closing that lingers ---

AGES = 3600  # so long nobody waits here


def linger(s, seconds):
    s.setsockopt(SOL, socket.SO_LINGER, struct.pack("ii", 1, seconds))


def probes(s):
    """How often the peer's closed window was probed: tcpi_probes."""
    return s.getsockopt(TCP, socket.TCP_INFO, 4)[3]


def fill(s):
    """Send until nothing more is taken, and the window stays closed: what the peer does not read is never acknowledged."""
    s.setblocking(False)
    while attempt(s.send, bytes(100000)) != "EAGAIN" or not probes(s):
        pass
    s.setblocking(True)


def stuck(seconds):
    """An end that lingers, with bytes that its peer does not read, and the peer."""
    c, s = connection()
    linger(c, seconds)
    fill(c)
    return c, s


def waited(seconds, close):
    began = time.monotonic()
    close()
    return time.monotonic() - began > seconds * 0.9


@case("linger")
def time_is_up():
    c, s = stuck(1)
    return waited(1, c.close), len(read_all(s)) > 100000


@case("linger")
def all_is_acknowledged():
    c, s = connection()
    s.setsockopt(SOL, socket.SO_RCVBUF, 1 << 20)
    linger(c, AGES)
    c.sendall(bytes(50000))
    c.close()
    return len(s.recv(60000, socket.MSG_DONTWAIT)), attempt(s.recv, 1)


@case("linger")
def peer_reads_late():
    c, s = stuck(AGES)
    c.shutdown(socket.SHUT_WR)
    t = threading.Thread(target=c.close)
    t.start()
    got = len(read_all(s))
    t.join()
    return got > 100000


@case("linger")
def peer_resets():
    c, s = stuck(AGES)
    t = threading.Thread(target=c.close)
    t.start()
    reset(s)
    t.join()


@case("linger")
def others_hold_it():
    c, s = stuck(AGES)
    d = c.dup()
    c.close()
    child = os.fork()
    if not child:
        d.close()  # the parent's is open
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    s.close()
    return status, attempt(d.close)


@case("linger")
def by_a_child():
    c, s = stuck(1)
    child = os.fork()
    if not child:
        os._exit(waited(1, c.close))
    # The child waits for ours, or finds that it is the last: one of the two waits in the end.
    return waited(1, c.close) or os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


@case("linger")
def after_exec():
    c, s = stuck(1)
    program = "import socket, sys, time; s = socket.socket(fileno=int(sys.argv[1])); input();" \
              "t = time.monotonic(); s.close(); print(time.monotonic() - t > 0.9)"
    child = subprocess.Popen([sys.executable, "-c", program, str(c.fileno())], stdout=subprocess.PIPE,
                             stdin=subprocess.PIPE, pass_fds=[c.fileno()], text=True)
    c.close()
    return child.communicate("\n")[0].strip()


@case("linger")
def inherited_by_accept():
    with listener() as l:
        linger(l, 1)
        c = connect_to(l)
        s, _ = l.accept()
    fill(s)
    return waited(1, s.close)


@case("linger")
def a_signal_ends_it():
    c, s = stuck(AGES)
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
    c.close()
    signal.setitimer(signal.ITIMER_REAL, 0)


@case("linger")
def switched_off():
    c, s = stuck(AGES)
    c.setsockopt(SOL, socket.SO_LINGER, struct.pack("ii", 0, AGES))
    c.close()
    return len(read_all(s)) > 100000


@case("linger")
def datagrams_do_not():
    s = datagram()
    linger(s, AGES)
    s.sendto(b"x", s.getsockname())
    s.close()


# --- connecting ---

@case("connect")
def refused():
    return attempt(tcp().connect, (LO, 1))


@case("connect")
def refused_then_connected():
    c = tcp()
    c.setsockopt(TCP, socket.TCP_NODELAY, 1)
    first = attempt(c.connect, (LO, 1))
    with listener() as l:
        second = attempt(c.connect, l.getsockname())
        s, _ = l.accept()
    s.send(b"hi")
    return first, second, c.recv(2), c.getsockopt(TCP, socket.TCP_NODELAY)


@case("connect")
def refused_then_bound():
    c = tcp()
    first = attempt(c.connect, (LO, 1))
    bound = attempt(c.bind, (LO, 0))
    c.listen(1)
    with connect_to(c) as d:
        return first, bound, c.accept()[0].getpeername() == d.getsockname(), attempt(c.bind, (LO, 0))


@case("connect")
def nonblocking_refused():
    c = tcp()
    c.setblocking(False)
    r = errno.errorcode[c.connect_ex((LO, 1))]
    wait_for(c, select.POLLOUT)
    return r, [errno.errorcode.get(c.getsockopt(SOL, socket.SO_ERROR), 0) for _ in range(2)]


@case("connect")
def nonblocking_poll():
    c = tcp()
    c.setblocking(False)
    with listener() as l:
        r = errno.errorcode[c.connect_ex(l.getsockname())]
        events = wait_for(c, select.POLLOUT) == [select.POLLOUT]
        again = [c.connect_ex(l.getsockname()) for _ in range(2)]
        return r, events, c.getsockopt(SOL, socket.SO_ERROR), again, c.getpeername() == l.getsockname()


@case("connect")
def nonblocking_select():
    c = tcp()
    c.setblocking(False)
    with listener() as l:
        c.connect_ex(l.getsockname())
        _, w, _ = select.select([], [c], [], 30)
        s, _ = l.accept()
        return w == [c], c.send(b"x"), s.recv(1)


@case("connect")
def nonblocking_edge_triggered():
    c = tcp()
    c.setblocking(False)
    with listener() as l, select.epoll() as ep:
        ep.register(c, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
        ep.poll(0)  # what a fresh socket has to say differs, and means nothing
        c.connect_ex(l.getsockname())
        s, _ = l.accept()
        events = [e for _, e in ep.poll(30)] == [select.EPOLLOUT]
        quiet = ep.poll(0)
        s.send(b"x")
        readable = [bool(e & select.EPOLLIN) for _, e in ep.poll(30)]
        return events, quiet, readable, c.recv(5)


@case("connect")
def listening_address_in_use():
    with listener() as l:
        return attempt(tcp().bind, l.getsockname())


@case("connect")
def not_local():
    return attempt(tcp().bind, (ELSEWHERE, 0))


@case("connect")
def accept_waits_no_longer_than_told():
    l = listener()
    l.setsockopt(SOL, socket.SO_RCVTIMEO, struct.pack("ll", 0, 20000))
    timed = attempt(l.accept)
    l.setblocking(False)
    return timed, attempt(l.accept)


@case("connect")
def accept_ends_when_the_listener_is_shut_down():
    l = listener()
    t = threading.Thread(target=l.shutdown, args=(socket.SHUT_RDWR,))
    t.start()
    r = attempt(l.accept)
    t.join()
    return r


@case("connect")
def accepted_sockets_block_and_inherit():
    l = listener()
    l.setsockopt(TCP, socket.TCP_NODELAY, 1)
    c = connect_to(l)
    l.setblocking(False)
    wait_for(l, select.POLLIN)
    s, _ = l.accept()
    return s.getblocking(), s.getsockopt(TCP, socket.TCP_NODELAY), c.getsockopt(SOL, socket.SO_TYPE)


# --- errors ---

@case("error")
def connection_reset():
    c, s = connection()
    reset(s)
    wait_for(c, select.POLLIN)
    return attempt(c.recv, 1), attempt(c.recv, 1)


@case("error")
def bytes_before_a_reset():
    c, s = connection()
    s.send(b"last words")
    got = c.recv(4)
    reset(s)
    wait_for(c, select.POLLHUP)
    return got, attempt(c.send, b"x") in ("ECONNRESET", "EPIPE")


@case("error")
def send_after_reset():
    c, s = connection()
    reset(s)
    wait_for(c, select.POLLIN)
    return attempt(c.send, b"x"), attempt(c.send, b"x")


@case("error")
def closed_with_bytes_unread():
    c, s = connection()
    s.send(b"never read")
    wait_for(c, select.POLLIN)
    c.close()
    wait_for(s, select.POLLIN)
    return attempt(s.recv, 1)


@case("error")
def sent_to_one_who_closed():
    c, s = connection()
    s.close()
    end = c.recv(1)
    c.send(b"x")
    wait_for(c, select.POLLHUP)
    return end, attempt(c.send, b"y")


@case("error")
def not_connected():
    c = tcp()
    calls = (c.recv, 1), (c.send, b"x"), (c.getpeername,), (c.accept,), (c.shutdown, 2)
    return [attempt(*call) for call in calls], c.getsockname()


@case("error")
def kinds_that_there_are_not():
    kinds = (AF, 1, 17), (AF, 2, 6), (AF, 3, 0), (AF, 99, 0), (AF, 5, 0)
    return [attempt(socket.socket, *kind) for kind in kinds]


@case("error")
def receive_timeout():
    c, s = connection()
    c.setsockopt(SOL, socket.SO_RCVTIMEO, struct.pack("ll", 0, 20000))
    return attempt(c.recv, 1)


@case("error")
def options_that_are_refused():
    c = tcp()
    options = (TCP, socket.TCP_KEEPCNT, 0), (IP, socket.IP_TTL, 300), (SOL, 9999, 1), (TCP, 999, 1), (IP6, 16, 300)
    return [attempt(c.setsockopt, *option) for option in options]


@case("error")
def options_that_are_unusual():
    c, u, byte = tcp(), datagram(), bytes([9])
    options = (IP, socket.IP_TTL, -1), (IP, socket.IP_TTL, byte), (IP, socket.IP_TOS, byte)
    return ([[attempt(s.setsockopt, *option) for option in options] for s in (c, u)],
            c.getsockopt(IP, socket.IP_TOS), attempt(c.getsockopt, TCP, 99),
            attempt(u.getsockopt, socket.IPPROTO_UDP, 1))


@case("error")
def the_address_of_an_interface():
    asking = struct.pack("16s24x", b"lo")
    return [attempt(lambda: fcntl.ioctl(s, 0x8915, asking)[20:24]) for s in (tcp(), datagram())]  # SIOCGIFADDR


@case("error")
def what_a_socket_is():
    names = socket.SO_TYPE, socket.SO_DOMAIN, socket.SO_PROTOCOL, socket.SO_ACCEPTCONN, socket.SO_ERROR
    return [[s.getsockopt(SOL, n) for n in names] for s in (tcp(), datagram(), listener())]


# --- datagrams ---

@case("datagram")
def question_and_answer():
    a, b = datagram(), datagram(bind=False)
    b.sendto(b"question", a.getsockname())
    data, peer = a.recvfrom(100)
    a.sendto(b"answer", peer)
    return data, b.recvfrom(3)[0], peer[0]


@case("datagram")
def connected():
    a, b = datagram(), datagram()
    b.connect(a.getsockname())
    b.send(b"")
    b.send(b"two")
    os.write(b.fileno(), b"three")
    got = a.recvfrom(10)[0], a.recv(10), os.read(a.fileno(), 10)
    stranger = datagram()
    stranger.sendto(b"not for b", b.getsockname())
    a.sendto(b"for b", b.getsockname())
    return got, b.recv(10), b.getpeername() == a.getsockname()


@case("datagram")
def cut():
    a, b = datagram(), datagram()
    b.sendto(b"abcdef", a.getsockname())
    data, _, flags, _ = a.recvmsg(3, 0, socket.MSG_PEEK)
    return data, bool(flags & socket.MSG_TRUNC), a.recv_into(bytearray(2), 2, socket.MSG_TRUNC)


@case("datagram")
def largest():
    a, b = datagram(), datagram()
    most = 65535 - 8 - (20 if FAMILY == "4" else 0)
    b.sendto(b"x" * most, a.getsockname())
    return len(a.recv(70000)), attempt(b.sendto, b"x" * (most + 1), a.getsockname())


@case("datagram")
def port_unreachable():
    a, b = datagram(), datagram()
    a.connect((LO, 1))
    b.connect((LO, 1))
    a.send(b"x")
    b.send(b"x")
    wait_for(b, select.POLLIN)
    return attempt(a.recv, 1), attempt(b.send, b"y")


@case("datagram")
def nothing_there():
    a = datagram()
    a.setblocking(False)
    return attempt(a.recv, 1), attempt(a.send, b"x")


@case("datagram")
def first_one_counted():
    a, b = datagram(), datagram()
    b.sendto(b"abc", a.getsockname())
    wait_for(a, select.POLLIN)
    count = array.array("i", [0])
    fcntl.ioctl(a, 0x541B, count)  # FIONREAD
    return count[0]


@case("family4")
def told_where_and_how_far():
    a, b = datagram(), datagram()
    for option in 8, 12, 13, 25:  # IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVFRAGSIZE
        a.setsockopt(IP, option, 1)
    b.setsockopt(IP, socket.IP_TTL, 9)
    b.setsockopt(IP, socket.IP_TOS, 16)
    b.sendto(b"abc", a.getsockname())
    data, control, _, _ = a.recvmsg(10, 200)
    return data, sorted(control)


@case("datagram")
def original_destination():
    level, option, at = (IP6, 74, 8) if FAMILY == "6" else (IP, 20, 4)  # IP_RECVORIGDSTADDR
    a, b = datagram(), datagram()
    a.setsockopt(level, option, 1)
    b.sendto(b"abc", a.getsockname())
    (cmsg,) = a.recvmsg(10, 200)[1]
    size = 16 if FAMILY == "6" else 4
    return (cmsg[:2], len(cmsg[2]), struct.unpack_from("H", cmsg[2])[0] == AF, socket.inet_ntop(AF, cmsg[2][at:at + size]),
            struct.unpack_from("!H", cmsg[2], 2)[0] == a.getsockname()[1])


@case("family4")
def sent_with_a_ttl_of_its_own():
    a, b = datagram(), datagram()
    a.setsockopt(IP, 12, 1)  # IP_RECVTTL
    b.sendmsg([b"abc"], [(IP, socket.IP_TTL, struct.pack("i", 77))], 0, a.getsockname())
    return a.recvmsg(10, 200)[:2]


# --- what IPv6 has of its own ---

def datagram6(*options):
    s = datagram()
    for option in options:
        s.setsockopt(IP6, *option)
    return s


@case("family6")
def options_and_their_defaults():
    names = 16, 17, 18, 19, 23, 24, 25, 26, 29, 49, 51, 53, 56, 58, 60, 62, 66, 67, 70, 72, 73, 78
    s, d = tcp(), datagram()
    return [[attempt(k.getsockopt, IP6, n) for n in names] for k in (s, d)]


@case("family6")
def options_that_are_set():
    pairs = (16, 7), (16, -1), (16, 256), (18, 9), (19, 0), (26, 0), (23, 2), (23, 99), (67, 0xb8), (67, 256), (24, 1000)
    d = datagram()
    return [(attempt(d.setsockopt, IP6, *p), attempt(d.getsockopt, IP6, p[0])) for p in pairs]


@case("family6")
def told_where_and_how_far6():
    a, b = datagram6((49, 1), (51, 1), (66, 1)), datagram6((16, 9), (67, 16))
    b.sendto(b"abc", a.getsockname())
    data, control, _, _ = a.recvmsg(10, 200)
    return data, sorted(control)


@case("family6")
def sent_with_a_hop_limit_of_its_own():
    a, b = datagram6((51, 1), (66, 1)), datagram()
    b.sendmsg([b"abc"], [(IP6, 52, struct.pack("i", 77)), (IP6, 67, struct.pack("i", 4))], 0, a.getsockname())
    return a.recvmsg(10, 200)[:2]


@case("family6")
def sent_from_an_address_that_is_named():
    a, b = datagram(), datagram(bind=False)
    info = socket.inet_pton(AF, "::1") + struct.pack("i", 0)
    b.sendmsg([b"abc"], [(IP6, 50, info)], 0, a.getsockname())
    return a.recvfrom(10)[1][0]


def dual(v6only=0):
    s = socket.socket(socket.AF_INET6)
    s.setsockopt(IP6, socket.IPV6_V6ONLY, v6only)
    s.bind(("::", 0))
    s.listen(5)
    return s


@case("family6")
def one_listener_for_both():
    l = dual()
    names = []
    for host in "::1", "127.0.0.1":
        c = socket.create_connection((host, l.getsockname()[1]))
        s, peer = l.accept()
        s.send(b"hi")
        names.append((peer[0], s.getsockname()[0], c.getpeername()[0], c.recv(2)))
    return names


@case("family6")
def a_listener_for_ipv6_only():
    l = dual(1)
    port = l.getsockname()[1]
    v4 = socket.socket()
    refused = attempt(v4.connect, ("127.0.0.1", port))
    v4 = socket.socket()
    return refused, attempt(v4.bind, ("0.0.0.0", port))


@case("family6")
def both_families_on_one_port():
    l = dual()
    port = l.getsockname()[1]
    v4 = socket.socket()
    one = socket.socket()
    return attempt(v4.bind, ("0.0.0.0", port)), attempt(one.bind, ("127.0.0.1", port))


@case("family6")
def mapped_addresses():
    with socket.socket() as l:
        l.bind(("127.0.0.1", 0))
        l.listen(5)
        c = tcp()
        c.connect(("::ffff:127.0.0.1", l.getsockname()[1]))
        s, peer = l.accept()
        only = tcp()
        only.setsockopt(IP6, socket.IPV6_V6ONLY, 1)
        return (peer[0], c.getpeername()[0], c.getsockname()[0], c.getsockopt(SOL, socket.SO_DOMAIN),
                attempt(only.connect, ("::ffff:127.0.0.1", l.getsockname()[1])))


@case("family6")
def mapped_datagrams():
    a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    a.bind(("127.0.0.1", 0))
    b = datagram(bind=False)
    b.setsockopt(IP6, 49, 1)
    b.sendto(b"question", ("::ffff:127.0.0.1", a.getsockname()[1]))
    data, peer = a.recvfrom(20)
    a.sendto(b"answer", peer)
    data2, control, _, name = b.recvmsg(20, 200)
    return data, peer[0], data2, control, name[0]


@case("family6")
def link_local_addresses_without_a_device():
    return attempt(datagram().connect, ("fe80::1", 1)), [attempt(s.bind, ("fe80::1", 0)) for s in (tcp(), datagram(False))]


@case("family6")
def error_queue6():
    d = datagram6((25, 1))
    d.connect((LO, 1))
    d.send(b"lost")
    wait_for(d, select.POLLERR)
    data, control, flags, name = d.recvmsg(100, 512, socket.MSG_ERRQUEUE)
    level, kind, value = control[0]
    errnum, origin, etype, code = struct.unpack_from("IBBB", value)
    offender = struct.unpack_from("H", value, 16)[0], socket.inet_ntop(AF, value[24:40])
    return data, level, kind, errno.errorcode[errnum], origin, etype, code, offender, name[:2], bool(flags & socket.MSG_ERRQUEUE)


@case("family6")
def too_big_for_the_way():
    d = datagram6((25, 1), (62, 1))
    d.connect((LO, 1))
    attempt(d.send, bytes(65527))
    wait_for(d, select.POLLERR)
    data, control, flags, name = d.recvmsg(100, 512, socket.MSG_ERRQUEUE)
    return data, struct.unpack_from("IBBBxI", control[0][2]), bool(flags & socket.MSG_TRUNC), name[:2]


@case("family6")
def flow_labels():
    a, b = datagram6((11, 1)), datagram6((33, 1))
    b.sendto(b"abc", (*a.getsockname()[:2], 0x12345, 0))
    data, control, _, name = a.recvmsg(10, 200)
    return control, name[2]


@case("family6")
def a_connection_that_becomes_one_of_ipv4():
    with socket.socket() as l:
        l.bind(("127.0.0.1", 0))
        l.listen(5)
        c = tcp()
        c.connect(("::ffff:127.0.0.1", l.getsockname()[1]))
        c.setsockopt(IP6, 1, socket.AF_INET)  # IPV6_ADDRFORM
        return c.getsockopt(SOL, socket.SO_DOMAIN), c.getpeername()[0], len(c.getsockname()), attempt(c.getsockopt, IP6, 16)


@case("family6")
def raw_icmp6_with_a_filter():
    s = socket.socket(AF, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    s.setsockopt(socket.IPPROTO_ICMPV6, 1, struct.pack("8I", *[0xffffffff] * 4, 0xfffffffd, *[0xffffffff] * 3))
    s.sendto(b"\x80\0\0\0\0\x07\0\x01ping", (LO, 0))
    got = s.recv(100)
    return got[0], got[4:], len(s.getsockopt(socket.IPPROTO_ICMPV6, 1, 32))


@case("family6")
def raw_with_a_checksum_of_the_stack():
    a = socket.socket(AF, socket.SOCK_RAW, 253)
    b = socket.socket(AF, socket.SOCK_RAW, 253)
    b.setsockopt(IP6, 7, 2)
    a.setsockopt(IP6, 7, 2)
    b.sendto(b"ab\0\0payload", (LO, 0))
    got = a.recv(100)
    return got, attempt(a.setsockopt, IP6, 7, 3), a.getsockopt(IP6, 7)


# --- processes ---

def run_child(function):
    pid = os.fork()
    if pid:
        return pid
    try:
        os._exit(int(function() or 0))
    except BaseException as e:
        print(e)
    os._exit(99)


def exit_status(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@case("process")
def fork_after_connect():
    c, s = connection()

    def child():
        s.sendall(b"from the child")
        s.setsockopt(TCP, socket.TCP_NODELAY, 1)
        return s.getpeername() != c.getsockname()
    status = exit_status(run_child(child))
    return status, c.recv(100), bool(s.getsockopt(TCP, socket.TCP_NODELAY))


@case("process")
def forked_workers_share_a_listener():
    l = listener()

    def worker():
        for _ in range(5):
            s, _ = l.accept()
            s.sendall(b"served")
            s.close()
    pids = [run_child(worker) for _ in range(4)]
    answers = []
    for _ in range(20):
        with connect_to(l) as c:
            answers.append(read_all(c))
    return answers == [b"served"] * 20, [exit_status(p) for p in pids]


@case("process")
def child_connects_a_socket_made_before():
    with listener() as l:
        c = tcp()
        status = exit_status(run_child(lambda: c.connect(l.getsockname())))
        s, _ = l.accept()
        s.send(b"hi")
        return status, c.recv(5), c.getpeername() == l.getsockname()


@case("process")
def duplicate():
    c, s = connection()
    d = os.dup(c.fileno())
    c.close()
    os.write(d, b"by the duplicate")
    with socket.socket(fileno=d) as again:
        same = again.getpeername() == s.getsockname()
    return same, read_all(s)


@case("process")
def exec_of_a_program_that_knows_nothing():
    c, s = connection()
    env = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
    c.send(b"line\n")
    os.environ["USTACK_HOST_FALLBACK"] = "1"  # or the preload would be put back
    subprocess.run(["/bin/sh", "-c", "read x; echo got $x"], stdin=s, stdout=s, env=env, check=True)
    del os.environ["USTACK_HOST_FALLBACK"]
    s.close()
    return read_all(c)


@case("process")
def exec_of_a_program_that_asks():
    c, s = connection()
    program = ("import socket; s = socket.socket(fileno=0);"
               "s.send(b'%s %d' % (s.getpeername()[0].encode(), s.getsockopt(1, 3)))")
    subprocess.run([sys.executable, "-c", program], stdin=s, stdout=subprocess.DEVNULL, check=True)
    s.close()
    return read_all(c)


@case("process")
def exec_with_a_socket_that_did_nothing_yet():
    with listener() as l:
        c = tcp()
        c.set_inheritable(True)
        program = ("import socket, sys; s = socket.socket(fileno=int(sys.argv[1]));"
                   "s.connect((sys.argv[3], int(sys.argv[2]))); s.send(b'new')")
        subprocess.run([sys.executable, "-c", program, str(c.fileno()), str(l.getsockname()[1]), LO],
                       close_fds=False, check=True)
        s, _ = l.accept()
        return s.recv(9)


@case("process")
def passed_over_a_unix_socket():
    c, s = connection()
    a, b = socket.socketpair()
    socket.send_fds(a, [b"x"], [s.fileno()])
    s.close()
    _, fds, _, _ = socket.recv_fds(b, 1, 1)
    with socket.socket(fileno=fds[0]) as passed:
        passed.send(b"passed")
        return c.recv(10), passed.getpeername() == c.getsockname()


@case("process")
def a_number_that_is_used_again():
    c, s = connection()
    number = c.fileno()
    os.closerange(number, number + 1)
    f = os.open(__file__, os.O_RDONLY)
    c.detach()
    return f == number, os.read(f, 6), s.recv(1)


@case("process")
def interrupted_by_a_signal():
    signal.signal(signal.SIGALRM, lambda *_: s.send(b"by the handler"))
    c, s = connection()
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    return c.recv(99)


@case("process")
def killed():
    c, s = connection()

    def child():
        c.close()
        s.send(b"ready")
        signal.pause()
    pid = run_child(child)
    s.close()
    got = c.recv(5)
    os.kill(pid, signal.SIGKILL)
    return got, exit_status(pid), attempt(c.recv, 1)


@case("process")
def killed_mid_transfer():
    """With all read, the peer has every byte and then the end; with some unread, a reset."""
    def end_of(unread):
        c, s = connection()

        def child():
            c.close()
            s.setblocking(False)
            sent = 0
            try:
                while True:
                    sent += s.send(bytes(10000))
            except BlockingIOError:
                os.write(report, sent.to_bytes(8, "big"))
            signal.pause()
        if unread:
            c.sendall(bytes(unread))
            wait_for(s, select.POLLIN)  # what comes after the end would be another story
        reported, report = os.pipe()
        pid = run_child(child)
        s.close()
        sent = int.from_bytes(os.read(reported, 8), "big")
        os.kill(pid, signal.SIGKILL)
        status, got = exit_status(pid), 0
        while isinstance(data := attempt(c.recv, 65536), bytes) and data:
            got += len(data)
        return status, got == sent or bool(unread), data
    return end_of(0), end_of(1000)


# --- names ---

def attempt_name(host, family):
    """The addresses of a name, or the number of the resolver's error."""
    try:
        return sorted(set(map(str, socket.getaddrinfo(host, 80, family=family))))
    except socket.gaierror as e:
        return e.errno


@case("name")
def addresses():
    questions = (LO, 80), (LO, "http"), (None, 80), (ELSEWHERE, None)
    return [sorted(set(map(str, socket.getaddrinfo(*q, family=AF)))) for q in questions]


@case("name")
def what_only_one_family_has():
    return [attempt_name(host, AF) for host in ("127.0.0.1", "::1", "fe80::1%lo", "fe80::1%nosuch")]


@case("name")
def refusals():
    answers = []
    for q in ("no.digits", 80), ("192.0.2.4", "no-such-service"):
        try:
            socket.getaddrinfo(*q, flags=socket.AI_NUMERICHOST)
        except socket.gaierror as e:
            answers.append(e.errno)
    return answers


@case("name")
def old_calls():
    v4 = "127.0.0.1"
    return socket.gethostbyname("localhost"), socket.gethostbyname_ex(v4)[2], socket.gethostbyaddr(v4)[2]


@case("name")
def backwards():
    numeric = socket.NI_NUMERICHOST
    return socket.getnameinfo(("127.0.0.1", 80), 0), [socket.getnameinfo((a, 80), numeric) for a in (LO, ELSEWHERE)]


for test in groups[sys.argv[1]]:
    try:
        print(test.__name__, attempt(test), flush=True)
    except Exception as e:
        print(test.__name__, repr(e), flush=True)
