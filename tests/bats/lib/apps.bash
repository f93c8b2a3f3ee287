# SPDX-License-Identifier: BSD-2-Clause
#
# For the tests with real programs: the usual topology, servers by name, and pages to fetch.
#
#	 peer (kernel)             near (ustack s)
#	+-------------+   veth   +----------------+
#	| p0 addr 1 1 |----------| eth0 addr 1 2  |
#	+-------------+          +----------------+
#
# SIDE is "peer" or "stack": where a command has its sockets.

load lib/lab

PEER=$(addr 1 1)
STACK=$(addr 1 2)
NOBODY=$(addr 1 77)
NET=$(net 1)

apps_up() {
	lab_up
	ns_add peer near
	veth_add peer p0 near n0
	address_add peer p0 1 1
	stack_add s near n0 "$STACK/$PLEN"
	mkdir "$LAB/www"
	random_file www/page 1000000
	page=$sum
}

apps_down() {
	local master
	if master=$(cat "$LAB/nginx/pid" 2>/dev/null); then
		kill "$master"
		wait_until [ ! -e "$LAB/nginx/pid" ]
	fi
	lab_down
}

# at SIDE COMMAND …
at() {
	local side=$1
	shift
	case $side in
	peer) ns peer "$@" ;;
	stack) on s "$@" ;;
	esac
}

# address_of SIDE
address_of() {
	case $1 in
	peer) echo "$PEER" ;;
	stack) echo "$STACK" ;;
	esac
}

# url_of SIDE [:PORT]
url_of() {
	echo "http://$(literal "$(address_of "$1")")${2-}"
}

# wait_port SIDE PORT: until somebody on SIDE accepts connections there
wait_port() {
	wait_until at "$1" nc -z -w 1 "$(address_of "$1")" "$2"
}

# nginx_start SIDE: a master and two workers; pages of $LAB/www on port 80
nginx_start() {
	mkdir -p "$LAB/nginx"
	cat >"$LAB/nginx/conf" <<-EOF
		daemon off;
		user root;
		worker_processes 2;
		pid $LAB/nginx/pid;
		error_log $LAB/nginx/error.log info;
		events { worker_connections 512; }
		http {
			access_log off;
			client_body_temp_path $LAB/nginx/body;
			proxy_temp_path $LAB/nginx/proxy;
			fastcgi_temp_path $LAB/nginx/fastcgi;
			uwsgi_temp_path $LAB/nginx/uwsgi;
			scgi_temp_path $LAB/nginx/scgi;
			sendfile on;
			tcp_nopush on;
			server { listen 80; listen [::]:80; root $LAB/www; }
		}
	EOF
	start at "$1" nginx -e "$LAB/nginx/error.log" -c "$LAB/nginx/conf"
	wait_port "$1" 80
}

# fetch SIDE URL: the SHA-256 of what curl gets
fetch() {
	at "$1" curl -sS -m 60 -o "$LAB/got" "$2" && sha256 "$LAB/got"
}
