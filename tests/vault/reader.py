"""Read a vault without the program: written from src/vault/FORMAT.md, not from the code.

    reader.py HOME OUT            passphrase on standard input; OUT is a plain SQLite file
    reader.py --recovery HOME OUT the same with a recovery code
    reader.py --vectors FORMAT    compute the test vectors of FORMAT.md and compare them
"""
import hashlib
import os
import re
import sys
import unicodedata

from nacl import bindings, exceptions

BLOCK, BODY, SLOTS = 4096, 4056, 8
NAMES = "header", "root", "page", "log", "sum", "witness"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PRESETS = {1: (3, 64 << 20), 2: (3, 256 << 20), 3: (4, 512 << 20), 4: (4, 1 << 30),
           200: (1, 8192)}


def le(n, size=8):
    return n.to_bytes(size, "little")


def num(b):
    return int.from_bytes(b, "little")


def keyed(key, *parts, size=32):
    return hashlib.blake2b(b"".join(parts), key=key, digest_size=size).digest()


def seal(key, nonce, text, ad):
    return bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(text, ad, nonce, key)


def unseal(key, nonce, text, tag, ad):
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            text + tag, ad, nonce, key)
    except exceptions.CryptoError:
        return None


def from_passphrase(words, salt, preset):
    passes, memory = PRESETS[preset]
    words = unicodedata.normalize("NFC", words).encode()
    both = bindings.crypto_pwhash_alg(64, words, salt, passes, memory,
                                      bindings.crypto_pwhash_ALG_ARGON2ID13)
    return both[:32], both[32:]


def code_bytes(typed):
    values = [ALPHABET.index(c) for c in typed.upper().translate(
        str.maketrans("OIL", "011", " -\t"))]
    check = sum(i * v for i, v in enumerate(values[:32], 1)) % 1021
    assert len(values) == 34 and check == values[32] * 32 + values[33], "not a code"
    return sum(v << 155 - 5 * i for i, v in enumerate(values[:32])).to_bytes(20, "big")


def from_code(raw, vault, salt):
    both = keyed(raw, b"RM1 recovery", vault, salt, size=64)
    return both[:32], both[32:]


class Keys:
    def __init__(self, vault, master):
        self.id, self.master = vault, master
        for n, name in enumerate(NAMES, 1):
            setattr(self, name, hashlib.blake2b(
                b"", digest_size=32, key=master, salt=le(n, 16),
                person=b"RMvault1".ljust(16, b"\0")).digest())

    def ad(self, what, place):
        return what + self.id + le(place)

    def of_log(self, log_id, base):
        return keyed(self.log, log_id, le(base))


def slot_ad(head, slot):
    return b"RM1 slot" + head[:40] + bytes([slot])


def commit_of(key, vault, slot):
    return keyed(key, b"RM1 slot commit", vault, bytes([slot]))


def open_slot(head, wrap, commit):
    for slot in range(SLOTS):
        s = head[40 + 256 * slot:][:256]
        if s[:32] == commit_of(commit, head[:16], slot):
            text = unseal(wrap, s[32:56], s[56:240], s[240:], slot_ad(head, slot))
            if text:
                return text[:32], text[32]
    return None


def open_front(front, secret, recovery):
    best = root = None
    for copy in range(2):
        head = front[BLOCK * copy:][:BLOCK]
        if recovery:
            wrap, commit = from_code(code_bytes(secret), head[:16], head[16:32])
        elif head[32] ^ head[0] in PRESETS:
            wrap, commit = from_passphrase(secret, head[16:32], head[32] ^ head[0])
        else:
            continue
        found = open_slot(head, wrap, commit)
        keys = found and Keys(head[:16], found[0])
        text = found and unseal(keys.header, head[4000:4024], head[4024:4056],
                                head[4056:4072], head[:4000])
        if text and num(text[8:10]) == 1 and (not best or num(text[:8]) > best[0]):
            best = num(text[:8]), keys
    if not best:
        return None
    generation, keys = best
    for copy in range(2):
        r = front[BLOCK * (2 + copy):][:BLOCK]
        text = unseal(keys.root, r[:24], r[40:], r[24:40], keys.ad(b"RM1R", copy))
        if text and (not root or num(text[:8]) > num(root[:8])):
            root = text
    assert root, "no root"
    assert num(root[32:40]) <= generation, "an older header"
    return keys, root


def read_log(log, keys, root):
    """Pages, number of pages, which pages a fold may have torn."""
    key, seq = keys.of_log(root[88:120], num(root[8:16])), num(root[8:16])
    folding, fold_seq, kept = root[48] == 1, num(root[16:24]), num(root[24:32])
    pages, count, at, chain, batch = {}, num(root[40:48]), 0, bytes(32), {}
    torn = None if folding else set()
    while True:
        b = log[BLOCK * at:][:BLOCK]
        head = len(b) == BLOCK and unseal(key, b[:24], b[40:], b[24:40],
                                          keys.ad(b"RM1D", at))
        if not head or num(head[:8]) != seq + 1:
            break
        n, tags, frames = num(head[12:16]), b"", []
        for i in range(1, n + 1):
            f = log[BLOCK * (at + i):][:BLOCK]
            frames.append(unseal(key, f[:24], f[40:], f[24:40],
                                 keys.ad(b"RM1L", at + i)) if len(f) == BLOCK else None)
            tags += f[24:40]
        link = keyed(key, chain, head[:112], tags)
        if None in frames or link != head[112:144]:
            break
        batch.update((num(head[20 + 4 * i:][:4]), frames[i]) for i in range(n))
        at, chain = at + 1 + n, link
        if not head[16]:
            continue
        seq, count = seq + 1, num(head[8:12])
        pages, batch = {**pages, **batch}, {}
        if folding and seq == fold_seq:
            torn, count = set(pages), num(root[40:48])
        pages = {no: text for no, text in pages.items() if no <= count}
    assert torn is not None and seq >= kept, "the log ends too early"
    return pages, count, torn


def read_vault(path, secret, recovery):
    main, log = open(path, "rb").read(), open(path + "-log", "rb").read()
    keys, root = open_front(main, secret, recovery) or (None, None)
    if not keys:
        return None
    pages, count, torn = read_log(log, keys, root)
    total = 0
    for no in set(range(1, num(root[40:48]) + 1)) - torn:
        total ^= num(keyed(keys.sum, le(no), main[BLOCK * (3 + no) + BODY:][:40]))
    assert total == num(root[56:88]), "the sum of the pages differs"
    out = b""
    for no in range(1, count + 1):
        p = main[BLOCK * (3 + no):][:BLOCK]
        text = pages.get(no) or unseal(keys.page, p[BODY:BODY + 24], p[:BODY],
                                       p[BODY + 24:], keys.ad(b"RM1P", no))
        assert text, "page %d does not open" % no
        out += text + bytes(40)
    return out


def vectors():
    """As FORMAT.md describes them: every random byte is 5a."""
    vault, salt, nonce = bytes(range(64, 80)), bytes(range(96, 112)), b"\x5a" * 24
    k, v = Keys(vault, bytes(range(32))), {}
    for name in NAMES:
        v["key-" + name] = getattr(k, name)
    slots = {0: from_passphrase("pa\u0301nico", salt, 1),
             3: from_code(bytes(range(1, 21)), vault, salt)}
    v["argon2-wrap"], v["argon2-commit"] = slots[0]
    v["code-wrap"], v["code-commit"] = slots[3]
    head = bytearray(b"\x5a" * BLOCK)
    head[:33] = vault + salt + bytes([1 ^ vault[0]])
    for slot, kind in ((0, 1), (3, 2)):
        wrap, commit = slots[slot]
        text = (k.master + bytes([kind])).ljust(184, b"\0")
        v["commit-%d" % slot] = commit_of(commit, vault, slot)
        head[40 + 256 * slot:296 + 256 * slot] = (
            v["commit-%d" % slot] + nonce + seal(wrap, nonce, text, slot_ad(head, slot)))
        v["slot-%d-tag" % slot] = head[280 + 256 * slot:296 + 256 * slot]
    text = (le(9) + le(1, 2) + bytes(2) + bytes([1, 0, 0, 2])).ljust(32, b"\0")
    head[4024:4072] = seal(k.header, nonce, text, bytes(head[:4000]))
    v["trailer"], v["header"] = head[4024:4072], head
    body = bytes(i % 251 for i in range(BODY))
    page = seal(k.page, nonce, body, k.ad(b"RM1P", 7))
    v["page-tag"], v["page"] = page[BODY:], page[:BODY] + nonce + page[BODY:]
    v["page-sum"] = S = keyed(k.sum, le(7), nonce, page[BODY:])
    v["mark"] = keyed(k.witness, vault, le(5), S)
    log_id = bytes(range(128, 160))
    text = (le(11) + le(5) + le(6) + le(6) + le(9) + le(7) + b"\1" + bytes(7) +
            S + log_id).ljust(BODY, b"\0")
    root = seal(k.root, nonce, text, k.ad(b"RM1R", 1))
    v["root-tag"], v["root"] = root[BODY:], nonce + root[BODY:] + root[:BODY]
    key = v["key-of-log"] = k.of_log(log_id, 5)
    frame = seal(key, nonce, body, k.ad(b"RM1L", 4))
    text = (le(6) + le(7, 4) + le(1, 4) + b"\1\0\0\0" + le(7, 4)).ljust(112, b"\0")
    v["chain"] = keyed(key, b"\x33" * 32, text, frame[BODY:])
    text = (text + v["chain"]).ljust(BODY, b"\0")
    headb = seal(key, nonce, text, k.ad(b"RM1D", 3))
    v["head-tag"], v["head"] = headb[BODY:], nonce + headb[BODY:] + headb[:BODY]
    v["frame-tag"], v["frame"] = frame[BODY:], nonce + frame[BODY:] + frame[:BODY]
    return {n: (b if len(b) <= 64 else hashlib.blake2b(b, digest_size=32).digest()).hex()
            for n, b in v.items()}


def main(args):
    if args[0] == "--vectors":
        told = dict(re.findall(r"^    ([a-z0-9-]+) +([0-9a-f]+)$",
                               open(args[1]).read(), re.M))
        mine = vectors()
        for name in sorted(set(told) | set(mine)):
            if told.get(name) != mine.get(name):
                print("    %-13s %s" % (name, mine.get(name)))
        return told != mine
    recovery, home, out = args[0] == "--recovery", args[-2], args[-1]
    secret = sys.stdin.readline().rstrip("\n")
    for name in sorted(os.listdir(home)):
        plain = re.fullmatch("[a-z2-7]{32}", name) and read_vault(
            os.path.join(home, name), secret, recovery)
        if plain:
            return open(out, "wb").write(plain) and 0
    print("This did not open a room here.", file=sys.stderr)
    return 77


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
