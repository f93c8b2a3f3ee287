#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# TCP between ustack and the kernel.
#
#	 peer (kernel)             near (ustack s)
#	+-------------+   veth   +----------------+
#	| p0 addr 1 1 |----------| eth0 addr 1 2  |
#	+-------------+          +----------------+

load lib/lab

MB=1000000
PEER=$(addr 1 1)
STACK=$(addr 1 2)

setup() {
	lab_up
	ns_add peer near
	veth_add peer p0 near n0
	address_add peer p0 1 1
}

teardown() {
	lab_down
}

# both_ways BYTES: a file each way over one connection at the same time, the stack as the client
both_ways() {
	local down up
	random_file down "$1"
	down=$sum
	random_file up "$1"
	up=$sum
	start_until "listening on" ns peer socat -dd -b 131072 -t 300 \
		"$TCP-LISTEN:5000,reuseaddr" "FILE:$LAB/down!!CREATE:$LAB/up.got"
	on s socat -b 131072 -t 300 "FILE:$LAB/up!!CREATE:$LAB/down.got" "$TCP:$(literal "$PEER"):5000"
	wait "$started"
	assert_equal "$(sha256 "$LAB/up.got")" "$up"
	assert_equal "$(sha256 "$LAB/down.got")" "$down"
}

each_way() {
	transfer "on s" "ns peer" "$PEER" "$1"
	transfer "ns peer" "on s" "$STACK" "$1"
}

mtu() {
	ns peer ip link set p0 mtu "$1"
	ns near ip link set n0 mtu "$1"
}

@test "200 MB each way with offloads" {
	stack_add s near n0 "$STACK/$PLEN"
	each_way $((200 * MB))
}

@test "200 MB both ways at once over one connection" {
	stack_add s near n0 "$STACK/$PLEN"
	both_ways $((200 * MB))
}

@test "200 MB each way without offloads" {
	offloads near n0 off
	offloads peer p0 off
	stack_add s near n0 "$STACK/$PLEN" offload off
	each_way $((200 * MB))
}

@test "200 MB each way at the smallest usual MTU" {
	mtu "$SMALL_MTU"
	stack_add s near n0 "$STACK/$PLEN"
	each_way $((200 * MB))
}

@test "200 MB each way at MTU 9000" {
	mtu 9000
	stack_add s near n0 "$STACK/$PLEN"
	each_way $((200 * MB))
}

@test "100 MB each way at the smallest usual MTU without offloads" {
	mtu "$SMALL_MTU"
	offloads near n0 off
	offloads peer p0 off
	stack_add s near n0 "$STACK/$PLEN" offload off
	each_way $((100 * MB))
}

@test "200 parallel connections, each with its own bytes" {
	stack_add s near n0 "$STACK/$PLEN"
	cat >"$LAB/many.py" <<-'PY'
		import hashlib, selectors, socket, sys
		N, SIZE = 200, 100000
		AF = socket.AF_INET6 if sys.argv[2] == "6" else socket.AF_INET
		def data(i): return (hashlib.sha256(b"%d" % i).digest() * (SIZE // 32 + 1))[:SIZE]
		def serve():
		    ls = socket.create_server(("", 5000), family=AF, backlog=N)
		    print("listening", flush=True)
		    import threading
		    def one(c):
		        got = b""
		        while chunk := c.recv(65536): got += chunk
		        c.sendall(got)
		        c.close()
		    threads = []
		    for _ in range(N):
		        t = threading.Thread(target=one, args=(ls.accept()[0],)); t.start(); threads.append(t)
		    for t in threads: t.join()
		def ask(host):
		    import threading
		    ok = []
		    def one(i):
		        c = socket.create_connection((host, 5000))
		        c.sendall(data(i)); c.shutdown(socket.SHUT_WR)
		        got = b""
		        while chunk := c.recv(65536): got += chunk
		        ok.append(got == data(i))
		    ts = [threading.Thread(target=one, args=(i,)) for i in range(N)]
		    for t in ts: t.start()
		    for t in ts: t.join()
		    print(sum(ok), "of", N)
		serve() if sys.argv[1] == "serve" else ask(sys.argv[1])
	PY
	start_until listening ns peer /usr/bin/python3 "$LAB/many.py" serve "$FAMILY"
	run on s /usr/bin/python3 "$LAB/many.py" "$PEER" "$FAMILY"
	assert_output "200 of 200"
	start_until listening on s /usr/bin/python3 "$LAB/many.py" serve "$FAMILY"
	run ns peer /usr/bin/python3 "$LAB/many.py" "$STACK" "$FAMILY"
	assert_output "200 of 200"
}

# A client and a server in python, to look at errors: py WHERE CODE
py() {
	$1 timeout 60 /usr/bin/python3 -c "
import errno, os, socket, struct, sys, time
AF, PEER, STACK = socket.AF_INET6 if $FAMILY == 6 else socket.AF_INET, '$PEER', '$STACK'
def tcp(): return socket.socket(AF)
def server(): return socket.create_server(('', 5000), family=AF)
def name(f, *a):
    try: return f(*a)
    except OSError as e: return errno.errorcode[e.errno] if e.errno else str(e)
$2"
}

@test "refused, and refused again on the same socket" {
	stack_add s near n0 "$STACK/$PLEN"
	run py "on s" '
s = tcp()
print(name(s.connect, (PEER, 9)), name(s.connect, (PEER, 9)))'
	assert_output "ECONNREFUSED ECONNREFUSED"
	run py "ns peer" 'print(name(tcp().connect, (STACK, 9)))'
	assert_output ECONNREFUSED
}

@test "a connection to a silent host times out after TCP_USER_TIMEOUT" {
	stack_add s near n0 "$STACK/$PLEN"
	on s uping -q -c 1 "$PEER"
	ns peer ip route add blackhole "$STACK/$HOSTLEN"
	run py "on s" '
s = tcp()
s.setsockopt(socket.IPPROTO_TCP, 18, 1500)
start = time.monotonic()
print(name(s.connect, (PEER, 5000)), time.monotonic() - start < 50)'
	assert_output "ETIMEDOUT True"
}

# ss_shows STATE TIMER: the stack's end of the connection that the peer made, as ss(8) shows it
ss_shows() {
	on s env -u PROC_ROOT ss -Htno state "$1" "sport = :5000" |
		grep -F " $(literal "$STACK"):5000 " | grep -F " $(literal "$PEER"):" | grep -qF " timer:($2,"
}

@test "ss shows connections in the making, and what their timers are for" {
	stack_add s near n0 "$STACK/$PLEN"
	start_until listening py "on s" '
l = server(); print("listening", flush=True)
idle, _ = l.accept(); idle.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
busy, _ = l.accept()
while True: busy.send(bytes(65536))'
	# What we send goes to nobody: the peer never hears of our half, nor of who answers at our address.
	ns peer ip neigh replace "$STACK" lladdr "$(ns near cat /sys/class/net/n0/address)" dev p0 nud permanent
	uip -n s neigh replace "$PEER" lladdr 02:00:00:00:00:99 dev eth0 nud permanent
	start py "ns peer" 's = [socket.create_connection((STACK, 5000)) for _ in range(2)]; time.sleep(100)'
	wait_until ss_shows syn-recv on
	uip -n s neigh del "$PEER" dev eth0
	wait_until ss_shows established keepalive
	wait_until ss_shows established persist
}

@test "half-close: the peer answers after our FIN" {
	stack_add s near n0 "$STACK/$PLEN"
	start_until listening py "ns peer" '
l = server(); print("listening", flush=True)
c, _ = l.accept(); got = b""
while d := c.recv(1000): got += d
c.sendall(got.upper() * 1000); c.close()'
	run py "on s" '
s = socket.create_connection((PEER, 5000)); s.sendall(b"hello"); s.shutdown(socket.SHUT_WR)
got = b""
while d := s.recv(65536): got += d
print(got == b"HELLO" * 1000, name(s.send, b"x"))'
	assert_output "True EPIPE"
}

@test "half-close: we answer after the peer's FIN" {
	stack_add s near n0 "$STACK/$PLEN"
	start_until listening py "on s" '
l = server(); print("listening", flush=True)
c, _ = l.accept(); got = b""
while d := c.recv(1000): got += d
c.sendall(got.upper() * 1000); c.close()'
	run py "ns peer" '
s = socket.create_connection((STACK, 5000)); s.sendall(b"hello"); s.shutdown(socket.SHUT_WR)
got = b""
while d := s.recv(65536): got += d
print(got == b"HELLO" * 1000)'
	assert_output True
}

@test "the peer resets: ECONNRESET" {
	stack_add s near n0 "$STACK/$PLEN"
	start_until listening py "ns peer" '
l = server(); print("listening", flush=True)
c, _ = l.accept(); c.recv(1)
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); c.close()'
	run py "on s" '
s = socket.create_connection((PEER, 5000)); s.sendall(b"x"); print(name(s.recv, 10))'
	assert_output ECONNRESET
}

@test "we reset: SO_LINGER 0, and unread data" {
	stack_add s near n0 "$STACK/$PLEN"
	for how in linger unread; do
		start_until listening py "on s" "
l = server(); print('listening', flush=True)
c, _ = l.accept()
if '$how' == 'linger': c.recv(10); c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
else: c.recv(10, socket.MSG_PEEK)
c.close()"
		run py "ns peer" '
s = socket.create_connection((STACK, 5000)); s.sendall(b"x" * 10); print(name(s.recv, 10))'
		assert_output ECONNRESET
		wait "$started" || true
	done
}

@test "the peer's process is killed: end of file or reset, as the kernel sent it" {
	stack_add s near n0 "$STACK/$PLEN"
	start_until listening py "ns peer" '
l = server(); print("listening", flush=True)
c, _ = l.accept(); os.kill(os.getpid(), 9)'
	run py "on s" 's = socket.create_connection((PEER, 5000)); print(name(s.recv, 10))'
	assert_output "b''"
}

@test "we are killed with data unread: reset, as the kernel does" {
	stack_add s near n0 "$STACK/$PLEN"
	for where in "on s" "ns near"; do
		[ "$where" = "on s" ] || ns near ip addr add "$STACK/$PLEN" dev lo $NODAD
		to=$([ "$where" = "on s" ] && echo "ns peer" || echo "ns near")
		start_until listening py "$where" '
l = server(); print("listening", flush=True)
c, _ = l.accept(); c.recv(1000); print("received", flush=True); time.sleep(100)'
		server=$started
		start_until sent py "$to" '
s = socket.create_connection((STACK, 5000)); s.settimeout(0.5)
try:
    while s.send(bytes(65536)): pass
except TimeoutError: print("sent", flush=True)
s.settimeout(30); print("then", name(s.recv, 10), flush=True)'
		client=$started
		wait_output "$server" received
		kill -9 "$(leaf "$server")"
		wait_output "$client" "then ECONNRESET"
	done
}

@test "the daemon is told to stop: its peers see the end of each connection, or a reset where linger says so" {
	start_until serving ns near ustackd -f -n s
	daemon=$started
	stack_attach s near n0 "$STACK/$PLEN"
	start_until listening py "ns peer" '
l = server(); print("listening", flush=True)
ends = {}
for c in [l.accept()[0] for _ in range(2)]: ends[c.recv(1)] = c
print("connected", flush=True)
for how in sorted(ends): print(how, "then", name(ends[how].recv, 1), flush=True)'
	peer=$started
	start py "on s" '
a = socket.create_connection((PEER, 5000)); b = socket.create_connection((PEER, 5000))
b.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
a.sendall(b"f"); b.sendall(b"r"); time.sleep(100)'
	wait_output "$peer" connected
	kill "$(leaf "$daemon")"
	wait "$daemon"
	wait_output "$peer" "b'f' then b''"
	wait_output "$peer" "b'r' then ECONNRESET"
}

# descriptors of the daemon, and its resident memory in KiB
daemon_memory() {
	awk '/^VmRSS/ { print $2 }' "/proc/$(daemon_pid s)/status"
}

daemon_fds() {
	ls "/proc/$(daemon_pid s)/fd" | wc -l
}

@test "an application is killed mid-transfer: the peer hears of it, and the daemon has all back" {
	start_until serving ns near ustackd -f -n s
	daemon=$started
	stack_attach s near n0 "$STACK/$PLEN"
	on s uping -q -c 1 "$PEER"
	before=$(daemon_fds)
	for i in 1 2 3 4 5 6; do
		start_until "listening on" ns peer socat -dd -u "$TCP-LISTEN:5000,reuseaddr" "CREATE:$LAB/got"
		server=$started
		start on s socat -u /dev/zero "$TCP:$(literal "$PEER"):5000"
		client=$started
		# So many bytes that its queues are as full as they get: what they need at most stays with the allocator.
		wait_until has_got 30000000
		kill -9 "$(leaf "$client")"
		wait "$client" || true
		# The peer sees an orderly end, as a kernel's sender with nothing unread would send it.
		wait "$server"
		rm "$LAB/got"
		[ "$i" -ne 3 ] || memory=$(daemon_memory)
	done
	wait_until test_fds "$before"
	# What three rounds needed, six hardly exceed (AddressSanitizer keeps freed memory: it finds leaks itself).
	[ "$USTACK_SANITIZERS" = yes ] || [ "$(daemon_memory)" -le $((memory + 4096)) ]
	# And at its end the stack proves that no packet, page or timer is left, or it aborts.
	kill "$(leaf "$daemon")"
	wait "$daemon"
}

# has_got BYTES: of what it is sent, the peer has at least so much
has_got() {
	[ "$(stat -c %s "$LAB/got")" -ge "$1" ]
}

# test_fds N: no more than N. (Fewer: what the last command had open may still have been counted.)
test_fds() {
	[ "$(daemon_fds)" -le "$1" ]
}

@test "a server is killed with connections open: its peers hear of it, and the daemon has all back" {
	stack_add s near n0 "$STACK/$PLEN"
	on s uping -q -c 1 "$PEER"
	before=$(daemon_fds)
	start_until listening py "on s" '
l = server(); print("listening", flush=True)
held = [l.accept()[0] for _ in range(50)]
print("accepted", flush=True); time.sleep(100)'
	server=$started
	start_until connected py "ns peer" '
held = [socket.create_connection((STACK, 5000)) for _ in range(60)]
print("connected", flush=True)
print("ended", sum(1 for s in held if name(s.recv, 1) in (b"", "ECONNRESET")), flush=True)'
	client=$started
	wait_output "$server" accepted
	kill -9 "$(leaf "$server")"
	wait_output "$client" "ended 60"
	wait_until test_fds "$before"
}

@test "an idle daemon with idle connections uses no CPU" {
	stack_add s near n0 "$STACK/$PLEN"
	start_until listening ns peer socat -dd "$TCP-LISTEN:5000,reuseaddr" PIPE
	start_until "connected" py "on s" '
s = socket.create_connection((PEER, 5000)); print("connected", flush=True); time.sleep(100)'
	pid=$(daemon_pid s)
	before=$(cpu_ticks "$pid")
	wakeups() { awk '/^voluntary/ { print $2 }' "/proc/$pid/status"; }
	start_wakeups=$(wakeups)
	# Time itself is what is measured here: two seconds in which nothing happens.
	/usr/bin/python3 -c 'import select; select.select([], [], [], 2)'
	[ $(($(cpu_ticks "$pid") - before)) -le 4 ]
	[ $(($(wakeups) - start_wakeups)) -le 20 ]
}
