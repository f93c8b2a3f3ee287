# SPDX-License-Identifier: BSD-2-Clause
"""Socket calls whose outcome is printed, one line each: the same on the kernel and on the stack.

    sockets.py GROUP        the cases of a group, over lo

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

TCP, SOL, IP = socket.IPPROTO_TCP, socket.SOL_SOCKET, socket.IPPROTO_IP
LO = "127.0.0.1"
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


def listener():
    s = socket.socket()
    s.bind((LO, 0))
    s.listen(50)
    return s


def connection():
    """A client, and the server's end of the connection."""
    with listener() as s:
        client = socket.create_connection(s.getsockname())
        server, address = s.accept()
    assert address == client.getsockname() == server.getpeername()
    return client, server


def datagram(bind=True):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
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
    return [e for _, e in p.poll(10000)]


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


# --- connecting ---

@case("connect")
def refused():
    return attempt(socket.socket().connect, (LO, 1))


@case("connect")
def refused_then_connected():
    c = socket.socket()
    c.setsockopt(TCP, socket.TCP_NODELAY, 1)
    first = attempt(c.connect, (LO, 1))
    with listener() as l:
        second = attempt(c.connect, l.getsockname())
        s, _ = l.accept()
    s.send(b"hi")
    return first, second, c.recv(2), c.getsockopt(TCP, socket.TCP_NODELAY)


@case("connect")
def nonblocking_refused():
    c = socket.socket()
    c.setblocking(False)
    r = errno.errorcode[c.connect_ex((LO, 1))]
    wait_for(c, select.POLLOUT)
    return r, [errno.errorcode.get(c.getsockopt(SOL, socket.SO_ERROR), 0) for _ in range(2)]


@case("connect")
def nonblocking_poll():
    c = socket.socket()
    c.setblocking(False)
    with listener() as l:
        r = errno.errorcode[c.connect_ex(l.getsockname())]
        events = wait_for(c, select.POLLOUT) == [select.POLLOUT]
        again = [c.connect_ex(l.getsockname()) for _ in range(2)]
        return r, events, c.getsockopt(SOL, socket.SO_ERROR), again, c.getpeername() == l.getsockname()


@case("connect")
def nonblocking_select():
    c = socket.socket()
    c.setblocking(False)
    with listener() as l:
        c.connect_ex(l.getsockname())
        _, w, _ = select.select([], [c], [], 10)
        s, _ = l.accept()
        return w == [c], c.send(b"x"), s.recv(1)


@case("connect")
def nonblocking_edge_triggered():
    c = socket.socket()
    c.setblocking(False)
    with listener() as l, select.epoll() as ep:
        ep.register(c, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
        ep.poll(0)  # what a fresh socket has to say differs, and means nothing
        c.connect_ex(l.getsockname())
        s, _ = l.accept()
        events = [e for _, e in ep.poll(10)] == [select.EPOLLOUT]
        quiet = ep.poll(0)
        s.send(b"x")
        readable = [bool(e & select.EPOLLIN) for _, e in ep.poll(10)]
        return events, quiet, readable, c.recv(5)


@case("connect")
def listening_address_in_use():
    with listener() as l:
        return attempt(socket.socket().bind, l.getsockname())


@case("connect")
def not_local():
    return attempt(socket.socket().bind, ("192.0.2.1", 0))


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
    c = socket.create_connection(l.getsockname())
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
    c = socket.socket()
    calls = (c.recv, 1), (c.send, b"x"), (c.getpeername,), (c.accept,), (c.shutdown, 2)
    return [attempt(*call) for call in calls], c.getsockname()


@case("error")
def kinds_that_there_are_not():
    kinds = (2, 1, 17), (2, 2, 6), (2, 3, 0), (2, 99, 0), (2, 5, 0)
    return [attempt(socket.socket, *kind) for kind in kinds]


@case("error")
def receive_timeout():
    c, s = connection()
    c.setsockopt(SOL, socket.SO_RCVTIMEO, struct.pack("ll", 0, 20000))
    return attempt(c.recv, 1)


@case("error")
def options_that_are_refused():
    c = socket.socket()
    options = (TCP, socket.TCP_KEEPCNT, 0), (IP, socket.IP_TTL, 300), (SOL, 9999, 1), (TCP, 999, 1)
    return [attempt(c.setsockopt, *option) for option in options]


@case("error")
def what_a_socket_is():
    names = socket.SO_TYPE, socket.SO_DOMAIN, socket.SO_PROTOCOL, socket.SO_ACCEPTCONN, socket.SO_ERROR
    return [[s.getsockopt(SOL, n) for n in names] for s in (socket.socket(), datagram(), listener())]


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
    b.sendto(b"x" * 65507, a.getsockname())
    return len(a.recv(70000)), attempt(b.sendto, b"x" * 65508, a.getsockname())


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


@case("datagram")
def told_where_and_how_far():
    a, b = datagram(), datagram()
    for option in 8, 12, 13:  # IP_PKTINFO, IP_RECVTTL, IP_RECVTOS
        a.setsockopt(IP, option, 1)
    b.setsockopt(IP, socket.IP_TTL, 9)
    b.setsockopt(IP, socket.IP_TOS, 16)
    b.sendto(b"abc", a.getsockname())
    data, control, _, _ = a.recvmsg(10, 200)
    return data, sorted(control)


@case("datagram")
def sent_with_a_ttl_of_its_own():
    a, b = datagram(), datagram()
    a.setsockopt(IP, 12, 1)  # IP_RECVTTL
    b.sendmsg([b"abc"], [(IP, socket.IP_TTL, struct.pack("i", 77))], 0, a.getsockname())
    return a.recvmsg(10, 200)[:2]


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
        with socket.create_connection(l.getsockname()) as c:
            answers.append(read_all(c))
    return answers == [b"served"] * 20, [exit_status(p) for p in pids]


@case("process")
def child_connects_a_socket_made_before():
    with listener() as l:
        c = socket.socket()
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
    subprocess.run(["/bin/sh", "-c", "read x; echo got $x"], stdin=s, stdout=s, env=env, check=True)
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
        c = socket.socket()
        c.set_inheritable(True)
        program = ("import socket, sys; s = socket.socket(fileno=int(sys.argv[1]));"
                   "s.connect(('127.0.0.1', int(sys.argv[2]))); s.send(b'new')")
        subprocess.run([sys.executable, "-c", program, str(c.fileno()), str(l.getsockname()[1])],
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


# --- names ---

@case("name")
def addresses():
    questions = ("localhost", 80), (LO, "http"), (None, 80), ("192.0.2.4", None)
    return [sorted(set(map(str, socket.getaddrinfo(*q, family=socket.AF_INET)))) for q in questions]


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
    return socket.gethostbyname("localhost"), socket.gethostbyname_ex(LO)[2], socket.gethostbyaddr(LO)[2]


@case("name")
def backwards():
    return socket.getnameinfo((LO, 80), 0)


for test in groups[sys.argv[1]]:
    try:
        print(test.__name__, attempt(test), flush=True)
    except Exception as e:
        print(test.__name__, repr(e), flush=True)
