#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# uip without arguments on a terminal: the readline shell. The terminal is python's pty.

load lib/lab

setup() {
	lab_up
	uip stack add s
	uip -n s link set lo up
	export XDG_STATE_HOME=$LAB/state
	cat >"$LAB/type.py" <<-'PY'
		# type.py KEYS COMMAND …: run COMMAND on a terminal, type each line of KEYS after a prompt, show the screen
		import os, pty, sys
		keys = sys.argv[1].encode().decode("unicode_escape").encode().splitlines(keepends=True)
		pid, fd = pty.fork()
		if pid == 0:
		    os.environ["TERM"] = "dumb"
		    os.execvp(sys.argv[2], sys.argv[2:])
		screen = b""
		while True:
		    try:
		        got = os.read(fd, 4096)
		    except OSError:
		        break
		    if not got:
		        break
		    screen += got
		    if keys and screen.endswith(b"> "):
		        os.write(fd, keys.pop(0))
		sys.stdout.write(screen.decode(errors="replace").replace("\r", ""))
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	PY
}

teardown() {
	lab_down
}

typed() {
	timeout 60 /usr/bin/python3 "$LAB/type.py" "$@"
}

@test "commands are run, and quit ends the shell" {
	run typed 'addr show dev lo\nquit\n' uip -n s
	assert_success
	assert_output --partial "inet 127.0.0.1/8 scope host lo"
}

@test "a line may be for one family" {
	run typed '-6 addr show dev lo\nquit\n' uip -n s
	assert_success
	assert_output --partial "inet6 ::1/128 scope host"
	refute_output --partial "inet 127.0.0.1/8"
	run typed '-6 ro\tsh\ttable local\nroute show table local\nquit\n' uip -n s
	assert_output --partial "local ::1 dev lo"
	assert_output --partial "local 127.0.0.1 dev lo"
}

@test "words and devices are completed" {
	run typed 'lin\tsh\tdev l\t\nquit\n' uip -n s
	assert_success
	assert_output --partial "link show dev lo"
	assert_output --partial "link/loopback"
}

@test "routes of both families are completed" {
	uip -n s link add eth0 type dummy
	uip -n s link set eth0 up
	run typed '-6 ro\tad\t2001:db8:5::/48 dev e\tmet\t77\n-6 ro\tsh\tmatch 2001:db8:5::1\nquit\n' uip -n s
	assert_success
	assert_line --partial "2001:db8:5::/48 dev eth0 metric 77 pref medium"
	run typed 'ro\tad\t192.0.2.0/24 dev e\tmet\t77\nro\tsh\tmatch 192.0.2.1\nquit\n' uip -n s
	assert_success
	assert_line --partial "192.0.2.0/24 dev eth0 scope link metric 77"
}

@test "what was typed is remembered in the user's state directory" {
	run typed 'route show table local\nquit\n' uip -n s
	assert_success
	run cat "$XDG_STATE_HOME/uip/history"
	assert_line "route show table local"
}

@test "a wrong command is told and does not end the shell" {
	run typed 'foo\naddr show dev lo\nquit\n' uip -n s
	assert_output --partial 'Object "foo" is unknown'
	assert_output --partial "inet 127.0.0.1/8"
}

@test "options before a line are for it alone" {
	run typed '-j -s ro\tsh\ttable local\nroute show table local\n-nonsense link\n-V\nquit\n' uip -n s
	assert_success
	assert_line --partial '[{"type":"local","dst":"127.0.0.0/8"'
	assert_line --partial "local 127.0.0.0/8 dev lo proto kernel"
	assert_output --partial 'Option "-nonsense" is unknown'
	assert_output --partial "uip utility, ustack-"
}

@test "^C forgets what was typed, and ends a command, but not the shell" {
	run typed 'foo\x03\naddr show dev lo\nquit\n' uip -n s
	assert_success
	refute_output --partial 'Object "foo"'
	assert_output --partial "inet 127.0.0.1/8"
	run typed 'stack exec s sh -c "printf \"busy> \"; exec sleep 100"\n\x03\naddr show dev lo\nquit\n' uip -n s
	assert_success
	assert_output --partial "inet 127.0.0.1/8"
}

@test "a program that is run gives the terminal back" {
	run typed 'stack exec s ip -br link\nlink show dev lo\nquit\n' uip -n s
	assert_success
	assert_line --partial "lo               UNKNOWN"
	assert_line --partial "lo: <LOOPBACK,UP,LOWER_UP>"
}
