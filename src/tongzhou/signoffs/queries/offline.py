"""Checks the evidence of a signed sheet, in the folder where it was unpacked: python3 -I check.py. Needs Python alone."""

import hashlib
import json
import pathlib
import sys


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def main() -> None:
    here = pathlib.Path(sys.argv[0]).resolve().parent
    chain, bad = json.loads((here / "chain.json").read_bytes()), []
    found = {name: sha((here / name).read_bytes()).hex() for name in ("sheet.json", "page.html")}
    signatures = json.loads((here / "signatures.json").read_bytes())
    previous, acts = sha(b"tongzhou chain 1\n" + chain["name"].encode()), []
    for number, entry in enumerate(chain["entries"], start=1):
        previous = sha(previous + bytes.fromhex(entry["body_sha256"]))
        if "body" in entry:
            acts.append(json.loads(entry["body"]))
            bad += [f"entry {number}: body"] * (sha(entry["body"].encode()).hex() != entry["body_sha256"])
    bad += ["head of the chain"] * (previous.hex() != chain["head"])
    opened = next(act["payload"] for act in acts if act["act"] == "sheet-opened" and act["payload"]["sheet"] == chain["sheet"])
    bad += ["sheet.json"] * (found["sheet.json"] != opened["digest"]) + ["page.html"] * (found["page.html"] != opened["html"])
    written = [act["payload"] for act in acts if act["act"] in ("signed", "refused")]
    bad += [f"signature of {one['name']}" for one in signatures if one not in written]
    bad += [f"signature of {one['name']} is missing" for one in written if one not in signatures]
    for one in signatures:
        sys.stdout.write(" ".join((one["at"], one["name"], one["capacity"], one["decision"], one["sheet_digest"])) + "\n")
    sys.stdout.write("不符 / NOT AS IT WAS: " + ", ".join(bad) if bad else f"相符 / OK: head {chain['head']}")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
