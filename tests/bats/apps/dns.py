# SPDX-License-Identifier: BSD-2-Clause
"""A small name server, by UDP and TCP. It prints a line for each question: who asks, how, for what.

    dns.py ADDRESS NAME=TYPE=VALUE ...

TYPE is A, AAAA, PTR, or TC: then the answer by UDP says that it is truncated, and the client has to
ask by TCP, where the name has the A or AAAA that VALUE is. What has another type exists without data.
"""

import socket
import struct
import sys
import threading

TYPES = {1: "A", 12: "PTR", 28: "AAAA"}
ANSWER, TRUNCATED, NO_SUCH_NAME = 0x8580, 0x0200, 3
address, records = sys.argv[1], [record.split("=") for record in sys.argv[2:]]
family = socket.AF_INET6 if ":" in address else socket.AF_INET


def name_bytes(name):
    labels = name.rstrip(".").split(".")
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def type_of(value):
    return "AAAA" if ":" in value else "A"


def data_bytes(kind, value):
    if kind == "PTR":
        return name_bytes(value)
    return socket.inet_pton(socket.AF_INET6 if kind == "AAAA" else socket.AF_INET, value)


def read_question(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    number = struct.unpack_from("!H", query, at + 1)[0]
    return ".".join(labels), TYPES.get(number, str(number)), query[12 : at + 5]


def reply(query, client, by):
    name, kind, question = read_question(query)
    print(client[0], by, name, kind, flush=True)
    flags, answers = ANSWER, []
    mine = [record for record in records if record[0] == name]
    if not mine:
        flags |= NO_SUCH_NAME
    for _, its_kind, value in mine:
        if its_kind == "TC" and by == "udp":
            flags |= TRUNCATED
        elif kind in (its_kind, its_kind == "TC" and type_of(value)):
            data = data_bytes(kind, value)
            number = next(n for n, text in TYPES.items() if text == kind)
            answers.append(struct.pack("!HHHIH", 0xC00C, number, 1, 60, len(data)) + data)
    header = query[:2] + struct.pack("!HHHHH", flags, 1, len(answers), 0, 0)
    return header + question + b"".join(answers)


def serve_tcp(listener):
    while True:
        connection, client = listener.accept()
        with connection, connection.makefile("rb") as stream:
            while len(length := stream.read(2)) == 2:
                query = stream.read(struct.unpack("!H", length)[0])
                answer = reply(query, client, "tcp")
                connection.sendall(struct.pack("!H", len(answer)) + answer)


listener = socket.create_server((address, 53), family=family)
datagrams = socket.socket(family, socket.SOCK_DGRAM)
datagrams.bind((address, 53))
threading.Thread(target=serve_tcp, args=(listener,), daemon=True).start()
print("ready", flush=True)
while True:
    query, client = datagrams.recvfrom(4096)
    datagrams.sendto(reply(query, client, "udp"), client)
