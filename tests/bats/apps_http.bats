#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Unmodified web programs, on the stack as client and as server. Topology: lib/apps.bash.

load lib/apps

setup() {
	apps_up
}

teardown() {
	apps_down
}

@test "curl on the stack fetches from nginx on the kernel" {
	nginx_start peer
	run fetch stack "$(url_of peer)/page"
	assert_success
	assert_output "$page"
}

@test "curl says what the kernel's errors say" {
	run on s curl -sS -m 60 "$(url_of peer :81)/"
	assert_failure 7
	run on s curl -sS -m 60 "http://$(literal "$(addr 9 1)")/"
	assert_failure 7
	assert_output --partial "Couldn't connect to server"
}

@test "nginx, master and two workers, serves the kernel" {
	nginx_start stack
	for i in 1 2 3; do
		run fetch peer "$(url_of stack)/page"
		assert_output "$page"
	done
}

@test "nginx serves thirty connections at once, by both workers" {
	local urls=()
	nginx_start stack
	for i in $(seq 30); do
		urls+=(-o "$LAB/got.$i" "$(url_of stack)/page")
	done
	ns peer curl -sS -m 60 -Z --parallel-immediate --parallel-max 30 "${urls[@]}"
	for i in $(seq 30); do
		assert_equal "$(sha256 "$LAB/got.$i")" "$page"
	done
}

@test "nginx reloads: new workers accept on the old listener" {
	nginx_start stack
	# Not before a worker serves: it listens before its master has written the number down, or minds signals.
	run fetch peer "$(url_of stack)/page"
	assert_output "$page"
	kill -HUP "$(cat "$LAB/nginx/pid")"
	wait_until grep -q "gracefully shutting down" "$LAB/nginx/error.log"
	run fetch peer "$(url_of stack)/page"
	assert_output "$page"
}

@test "python's http.server on the stack serves the kernel" {
	start on s /usr/bin/python3 -m http.server -d "$LAB/www" -b "$STACK" 8000
	wait_port stack 8000
	run fetch peer "$(url_of stack :8000)/page"
	assert_output "$page"
}

@test "two programs on one stack meet over lo" {
	nginx_start stack
	run fetch stack "http://$(literal "$LO")/page"
	assert_output "$page"
	run fetch stack "$(url_of stack)/page"
	assert_output "$page"
}

@test "asyncio: a server on the stack, a client on the kernel, and the other way round" {
	for server in stack peer; do
		client=peer
		[ "$server" = stack ] || client=stack
		start_until ready at "$server" /usr/bin/python3 -u "$BATS_TEST_DIRNAME/apps/aio.py" \
			serve "$(address_of "$server")" 7000
		run at "$client" /usr/bin/python3 "$BATS_TEST_DIRNAME/apps/aio.py" \
			ask "$(address_of "$server")" 7000 50
		assert_success
		assert_output "50 of 50 answers right"
	done
}
