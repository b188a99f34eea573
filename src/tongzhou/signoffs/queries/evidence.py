"""Reads: a sheet with everything that is needed to check it without this product: one zip."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from tongzhou.engine.canonical import canonical
from tongzhou.signoffs.models import Act, Sheet, Signature
from tongzhou.signoffs.queries.anchors import chain_name
from tongzhou.signoffs.queries.facts import facts_of

SCRIPT = Path(__file__).with_name("offline.py")
MOMENT = (1980, 1, 1, 0, 0, 0)
READ_ME = """这里是一份会签单的全部证据。核对：在本文件夹中运行 python3 -I check.py（只需要 Python，不需要网络和本产品）。

sheet.json       签署时冻结的内容（规范化 JSON，RFC 8785）
page.html        当时显示的页面
signatures.json  每个签署：何人、以何身份、何时、怎样验证身份、意见
chain.json       项目的正式行为链：每一条的指纹；与本会签单有关的各条附有全文
check.py         核对脚本

链头（chain.json 的 head）应与 tongzhou verify 或另存的链锚一致。
"""


def evidence_of(sheet: Sheet) -> bytes:
    """Return the zip: the same bytes for the same state."""
    rows = Signature.objects.filter(place__sheet=sheet) | Signature.objects.filter(carried_to__sheet=sheet)
    signatures = list(rows.distinct().select_related("place").order_by("act_number"))
    files = {
        "README.txt": READ_ME.encode(),
        "sheet.json": bytes(sheet.snapshot),
        "page.html": bytes(sheet.html),
        "signatures.json": canonical([facts_of(row) for row in signatures]),
        "chain.json": json.dumps(_chain(sheet, {row.pk for row in signatures}), ensure_ascii=False, indent=0).encode(),
        "check.py": SCRIPT.read_bytes(),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _chain(sheet: Sheet, signatures: set[int]) -> dict[str, Any]:
    """The whole chain by its hashes, with the text of what concerns the sheet and the signatures that it carries."""
    shown = _concerned(sheet, signatures)
    entries, head = [], ""
    acts: Any = Act.objects.filter(project_id=sheet.project_id).order_by("number").values_list("number", "body", "hash")
    for number, body, hashed in acts.iterator(chunk_size=4000):
        text, head = bytes(body), bytes(hashed).hex()
        entry = {"body_sha256": hashlib.sha256(text).hexdigest()}
        entries.append(entry | {"body": text.decode()} if number in shown else entry)
    return {"name": chain_name(sheet.project_id), "sheet": sheet.pk, "head": head, "entries": entries}


def _concerned(sheet: Sheet, signatures: set[int]) -> set[int]:
    numbers = {sheet.act_number}
    rows = Signature.objects.filter(pk__in=signatures).values_list("act_number", "withdrawal__act_number")
    for pair in rows:
        numbers |= {number for number in pair if number is not None}
    if hasattr(sheet, "ending"):
        numbers.add(sheet.ending.act_number)
    return numbers
