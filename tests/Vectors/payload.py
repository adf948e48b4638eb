#!/usr/bin/env python3
"""A second implementation of firmware/Payload/SPEC.md, written from that page: makes payload.json, which the tests hold the codec to."""
import hashlib
import hmac
import json
import random
import struct
import sys


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def frame_mac(key, node, direction, kind, epoch, sequence, body):
    derived = mac(key, ("fpm/1 " + direction).encode() + node)
    return mac(derived, direction[0].encode() + node + bytes([kind, 1]) + struct.pack(">II", epoch, sequence) + body)


def linear(value, bits, low, high, step):
    if value is None or not low <= value <= high:
        return (1 << bits) - 1, bits
    return (value - low + step // 2) // step, bits


def companded(value):
    if value is None or not 0 <= value <= 65407:
        return 2047, 11
    m, e = value // 2, 0
    while m >= 512:
        m, e = m // 2, e + 1
    return 256 * e + m, 11


def channels(r):
    return ([linear(v, 12, 0, 4094, 1) for v in r["moisture"]] + [linear(v, 11, -640, 1406, 1) for v in r["soilTemperature"]]
            + [linear(r["airTemperature"], 11, -640, 1406, 1), linear(r["humidity"], 8, 0, 200, 1), linear(r["pressure"], 11, 30000, 110000, 40),
               companded(r["co2"]), linear(r["battery"], 7, 2400, 4920, 20)])


def to_bytes(fields):
    text = "".join(format(v, f"0{n}b") for v, n in fields)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def delta(r, key):
    same = (r["status"], r["clock"]) == (key["status"], key["clock"])
    fields = [(r["epoch"] & 7, 3), (r["sequence"] & 4095, 12), (r["sequence"] - key["sequence"], 8), ((r["minutes"] - key["minutes"]) % (1 << 20), 12), (int(not same), 1)]
    fields += [] if same else [(r["status"], 12), (r["clock"], 2)]
    for i, ((now, width), (then, _)) in enumerate(zip(channels(r), channels(key))):
        small, large = (3, 6) if i < 3 else (5, 8) if i < 7 else (4, 7)
        change = now - then
        if change == 0:
            fields += [(0, 2)]
        elif -(1 << small - 1) <= change < 1 << small - 1:
            fields += [(1, 2), (change % (1 << small), small)]
        elif -(1 << large - 1) <= change < 1 << large - 1:
            fields += [(2, 2), (change % (1 << large), large)]
        else:
            fields += [(3, 2), (now, width)]
    return to_bytes(fields)


def keyframe(r):
    bands = r.get("bands")
    fields = [(r["epoch"] & 7, 3), (r["sequence"] & 4095, 12), (r["minutes"], 20), (r["status"], 12), (r["clock"], 2), (int(bands is not None), 1)]
    fields += channels(r)
    if bands is not None:
        fields += [(r["gain"], 2), (r["integration"], 4)]
        fields += [companded(None if b is None or b < -32 else b + 32) for b in bands]
    return to_bytes(fields)


def varint(n):
    out = b""
    while n >= 128:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


KEY, NODE = bytes(range(32)), bytes.fromhex("0004a30b001c0530")

typical = dict(epoch=1, sequence=1187, minutes=71220, status=0, clock=3, moisture=[2110, 1873, 1655], soilTemperature=[371, 352, 330],
               airTemperature=402, humidity=96, pressure=98640, co2=1227, battery=3980)
spectral = dict(typical, sequence=1188, minutes=71280, gain=2, integration=3,
                bands=[911, 1203, 1544, 1822, 2316, 2977, 3901, 5120, 6044, 7011, 7922, 8460, 9013, 9522, 10122, 10456, 10710, 11093])
empty = dict(epoch=9, sequence=4096, minutes=1048575, status=4095, clock=0, moisture=[None] * 3, soilTemperature=[None] * 3, airTemperature=None,
             humidity=None, pressure=None, co2=None, battery=None, gain=0, integration=0, bands=[None] * 18)
lowest = dict(epoch=0, sequence=0, minutes=0, status=0, clock=0, moisture=[0] * 3, soilTemperature=[-640] * 3, airTemperature=-640, humidity=0,
              pressure=30000, co2=0, battery=2400, gain=0, integration=0, bands=[-32] * 18)
highest = dict(epoch=65535, sequence=4294967295, minutes=1048575, status=4095, clock=3, moisture=[4094] * 3, soilTemperature=[1406] * 3,
               airTemperature=1406, humidity=200, pressure=110000, co2=65407, battery=4920, gain=3, integration=15, bands=[65375] * 18)
beyond = dict(lowest, moisture=[4095, -1, 9999], soilTemperature=[-641, 1407, 0], airTemperature=1407, humidity=201, pressure=29999, co2=65408,
              battery=2399, bands=[-33, 65376] + [0] * 16)

keyframes = []
for name, r in [("typical", typical), ("spectral", spectral), ("all missing", empty), ("lowest", lowest), ("highest", highest), ("out of range", beyond)]:
    body = keyframe(r)
    keyframes.append(dict(name=name, reading=r, body=body.hex(), mac=frame_mac(KEY, NODE, "up", 1, r["epoch"], r["sequence"], body).hex()))

deltas = []
for name, key, changes in [
        ("nothing changed", typical, dict()),
        ("small changes", typical, dict(moisture=[2107, 1876, 1655], soilTemperature=[386, 336, 331], humidity=88, co2=1235, battery=4000)),
        ("large changes", typical, dict(moisture=[2078, 1904, 1651], soilTemperature=[498, 224, 347], airTemperature=530, pressure=96080)),
        ("whole codes", typical, dict(moisture=[1200, 1873, 3000], airTemperature=-120, status=17, clock=1)),
        ("a probe fell silent", typical, dict(moisture=[2110, None, 1655], soilTemperature=[371, 352, None], status=8)),
        ("a probe came back", empty, dict(moisture=[2110, None, None], status=0))]:
    r = dict(key, **changes, sequence=key["sequence"] + 7, minutes=key["minutes"] - 420)
    key = dict(key, minutes=key["minutes"] - 840)
    r.pop("bands", None)
    body = delta(r, key)
    deltas.append(dict(name=name, keyframe=keyframe(key).hex(), keyframeSequence=key["sequence"], keyframeEpoch=key["epoch"], reading=r, body=body.hex(),
                       mac=frame_mac(KEY, NODE, "up", 2, r["epoch"], r["sequence"], body).hex()))

controls = []


def control(name, direction, kind, epoch, sequence, body, **values):
    controls.append(dict(name=name, direction=direction, kind=kind, epoch=epoch, sequence=sequence, values=values, body=body.hex(),
                         mac=frame_mac(KEY, NODE, direction, kind, epoch, sequence, body).hex()))


control("TimeRequest", "up", 7, 1, 1188, struct.pack(">HII", 1, 1188, 4273261), monotonicSeconds=4273261)
control("TimeAnswer", "down", 34, 1, 1188, struct.pack(">HIIIB", 1, 1188, 4273261, 1795342800, 2),
        monotonicSeconds=4273261, unixSeconds=1795342800, gatewayClockQuality=2)
control("ClockMark", "up", 4, 1, 1188, struct.pack(">HIIII", 1, 1188, 4273261, 4273263, 1795342800),
        askedMonotonicSeconds=4273261, answeredMonotonicSeconds=4273263, answeredUnixSeconds=1795342800)
control("LossDeclaration", "up", 8, 1, 40, struct.pack(">HIIB", 1, 40, 1100, 1), count=1100, reason=1)
control("EpochAssignment", "down", 35, 7, 0, struct.pack(">H", 7))
control("Acknowledgement", "down", 33, 1, 1188, struct.pack(">HIB", 1, 1188, 0), runs=[])
control("Acknowledgement", "down", 33, 300, 70000, struct.pack(">HIB", 300, 70000, 2) + varint(1) + varint(127) + varint(128) + varint(70000),
        runs=[[1, 127], [128, 70000]])



def setting(tag, value):
    data = value.encode() if isinstance(value, str) else value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")
    return bytes([tag << 3 | min(len(data), 7)]) + (bytes([len(data)]) if len(data) > 6 else b"") + data


def name(epoch, sequence):
    return to_bytes([(epoch & 7, 3), (sequence & 4095, 12), (0, 1)])


configurations = []
for version, settings in [(1, {}), (1795342800, {1: 30, 2: 24, 3: 0, 4: 300}), (7, {16: "gw.lan", 17: 1883}), (8, {16: "fpm-gateway.local", 17: 65535}),
                          (4294967295, {**{tag: 4095 for tag in (5, 7)}, 1: 1440, 2: 10000, 3: 10000, 4: 7, 6: 365, 8: 23, 9: 23, 10: 4300, 11: 4299, 12: 2000, 24: 8 << 8 | 30})]:
    body = struct.pack(">I", version) + b"".join(setting(tag, value) for tag, value in sorted(settings.items()))
    effective = b"".join(setting(tag, value) for tag, value in sorted(settings.items()) if tag < 24)
    configurations.append(dict(version=version, settings={str(tag): value for tag, value in sorted(settings.items())}, body=body.hex(),
                               mac=frame_mac(KEY, NODE, "down", 36, 0, version, body).hex(), settingsHash=mac(b"fpm/1 settings", effective)[:4].hex()))

applied = []
for epoch, sequence, version, result, tag in [(1, 40, 1795342800, 1, 0), (9, 4097, 8, 2, 0), (2, 0, 3, 18, 1), (1, 7, 4, 17, 31)]:
    body = name(epoch, sequence) + struct.pack(">IBB", version, result, tag) + bytes.fromhex("0badcafe")
    applied.append(dict(epoch=epoch, sequence=sequence, version=version, result=result, tag=tag, settingsHash="0badcafe", body=body.hex(),
                        mac=frame_mac(KEY, NODE, "up", 5, epoch, sequence, body).hex()))

bench = []
for epoch, sequence, probe, end, values, shot in [
        (1, 41, 1, 0, [2110, 7], None), (1, 42, 3, 1, [None, 0], None), (1, 43, 4, 0, [-640], None), (1, 44, 6, 2, [1406], None), (1, 45, 7, 3, [65407], None),
        (9, 4096, 8, 0, [40 + i for i in range(17)] + [65535], dict(lit=0, gain=2, integration=3)),
        (1, 47, 8, 0, [900 + 600 * i for i in range(18)], dict(lit=1, gain=1, integration=15)), (1, 48, 8, 0, [None] * 18, dict(lit=0, gain=0, integration=0))]:
    silent = values[0] is None
    codes = [65535 if v is None else v + 1024 if 4 <= probe <= 6 else v for v in values]
    body = name(epoch, sequence) + struct.pack(">IHB", 4273261, 1234, end << 4 | probe)
    body += b"" if shot is None else bytes([shot["lit"] << 7 | silent << 6 | shot["gain"] << 4 | shot["integration"]])
    body += struct.pack(">%dH" % len(codes), *codes)
    bench.append(dict(epoch=epoch, sequence=sequence, steadySeconds=4273261, benchSeconds=1234, end=end, probe=probe, values=values, shot=shot, body=body.hex(),
                      mac=frame_mac(KEY, NODE, "up", 6, epoch, sequence, body).hex()))

chain_key = mac(KEY, b"fpm/1 chain" + NODE)


def seal(case, sequence, first, frames):
    chain = bytes(32)
    for kind, own, body in frames:
        chain = mac(chain_key, chain + b"u" + NODE + bytes([kind, 1]) + struct.pack(">II", 1, own) + body)
    body = to_bytes([(1, 3), (sequence & 4095, 12), (sequence - first, 17), (sequence - first - len(frames), 16)]) + chain[:16]
    return dict(name=case, epoch=1, sequence=sequence, names=sequence - first, absent=sequence - first - len(frames),
                frames=[dict(kind=kind, sequence=own, body=part.hex()) for kind, own, part in frames], chain=chain.hex(), body=body.hex(),
                mac=frame_mac(KEY, NODE, "up", 3, 1, sequence, body).hex())


day = [(1, 1187, keyframe(typical)), (2, 1194, bytes.fromhex(deltas[1]["body"])), (5, 1195, name(1, 1195) + bytes(10))]
seals = [seal("a day with names under which nothing was written", 1196, 1187, day), seal("one frame", 1, 0, [(1, 0, keyframe(dict(lowest, epoch=1)))])]
seals.append(seal("a seal is the first link of the next", 5293, 1196, [(3, 1196, bytes.fromhex(seals[0]["body"])), (1, 5292, keyframe(dict(spectral, sequence=5292)))]))



def random_reading(chance, sequence, minutes):
    def maybe(low, high):
        return None if chance.random() < 0.05 else chance.randint(low, high)
    return dict(epoch=1, sequence=sequence, minutes=minutes, status=chance.choice([0, 0, 0, chance.randrange(4096)]), clock=chance.randrange(4),
                moisture=[maybe(-5, 4100) for _ in range(3)], soilTemperature=[maybe(-700, 1450) for _ in range(3)], airTemperature=maybe(-700, 1450),
                humidity=maybe(-2, 204), pressure=maybe(29000, 111000), co2=maybe(-5, 70000), battery=maybe(2300, 5000))


def random_pair(chance):
    """A keyframe and what followed it, most channels near it: both bodies, as the page fixes them."""
    key = random_reading(chance, chance.randrange(100000), chance.randrange(1 << 20))
    if chance.random() < 0.3:
        key.update(gain=chance.randrange(4), integration=chance.randrange(16), bands=[None if chance.random() < 0.1 else chance.randint(-40, 1 << chance.randint(6, 16)) for _ in range(18)])
    later = random_reading(chance, key["sequence"] + chance.randint(1, 255), (key["minutes"] + chance.randint(0, 4095)) % (1 << 20))

    def near(new, old):
        return new if old is None or new is None or chance.random() < 0.15 else old + chance.choice([0, 0, chance.randint(-4, 4), chance.randint(-40, 40)])
    for channel, old in key.items():
        if channel in ("moisture", "soilTemperature"):
            later[channel] = [near(n, o) for n, o in zip(later[channel], old)]
        elif channel in ("airTemperature", "humidity", "pressure", "co2", "battery"):
            later[channel] = near(later[channel], old)
    body = delta(later, key)
    return dict(keyframe=key, keyframeBody=keyframe(key).hex(), reading=later, body=body.hex() if len(body) < 21 else "")


if sys.argv[1:2] == ["--random"]:
    dice = random.Random(int(sys.argv[2]))
    json.dump([random_pair(dice) for _ in range(int(sys.argv[3]))], sys.stdout)
    sys.exit()

json.dump(dict(source="tests/Vectors/payload.py, from firmware/Payload/SPEC.md", key=KEY.hex(), node=NODE.hex(),
               mqttPassword=mac(KEY, b"fpm/1 mqtt" + NODE)[:16].hex(), keyframes=keyframes, deltas=deltas, controls=controls,
               configurations=configurations, applied=applied, bench=bench, seals=seals), sys.stdout, indent=1)
print()
