"""The work of craft.ts in scapy. Prints a JSON object: bytes of the first packets, and packets a second of five rounds."""
import json
import sys
import time

from scapy.all import IP, TCP, Ether, Raw
from scapy.layers.inet import TCPOptionsField

COUNT = int(sys.argv[1])
PAYLOAD = bytes(range(100))
AREA = TCPOptionsField("options", [])


def syn_options(index):
    return [
        ("MSS", 1460),
        ("SAckOK", b""),
        ("Timestamp", (index, 0)),
        ("NOP", None),
        ("WScale", 7),
        # Scapy has no Multipath TCP: the bytes behind kind and length are the caller's work.
        (30, b"\x01\x81"),
    ]


def data_options(index):
    dss = b"\x20\x05" + (index + 1).to_bytes(4, "big") + index.to_bytes(4, "big") + b"\0\0\0\1\0\x64"
    return [("NOP", None), ("NOP", None), ("Timestamp", (index, index + 1)), (30, dss), ("NOP", None), ("NOP", None)]


def area(index):
    return AREA.i2m(None, syn_options(index) if index % 2 == 0 else data_options(index))


def packet(index):
    head = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(
        src="192.0.2.1", dst="192.0.2.2", id=0, ttl=64
    )
    if index % 2 == 0:
        tcp = TCP(sport=40000, dport=80, seq=index, flags="S", window=65535, options=syn_options(index))
        return bytes(head / tcp)
    tcp = TCP(
        sport=40000, dport=80, seq=index, ack=index, flags="PA", window=65535, options=data_options(index)
    )
    return bytes(head / tcp / Raw(PAYLOAD))


def rate(work):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for index in range(COUNT):
            work(index)
        times.append(time.perf_counter() - start)
    return COUNT / sorted(times)[2]


print(
    json.dumps(
        {
            "first": {
                "areas": [area(index).hex() for index in range(8)],
                "packets": [packet(index).hex() for index in range(8)],
            },
            "areas": rate(area),
            "packets": rate(packet),
        }
    )
)
