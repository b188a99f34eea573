"""`tongzhou verify`: whether the chains of formal acts, and what was signed, are what they were."""

from __future__ import annotations

import argparse
import json
import sys
import time

from tongzhou.projects.models import Project
from tongzhou.signoffs.queries.verifying import Chain, told, verify


def run(options: argparse.Namespace) -> int:
    """Verify; 0 when everything is as it was, 1 when a first bad entry is named, 2 when there is no such project."""
    asked = None
    if options.project is not None:
        project = Project.objects.filter(number=options.project).first()
        if project is None:
            print(f"没有这个项目：{options.project}", file=sys.stderr)
            return 2
        asked = [project.pk]
    began = time.monotonic()
    found = verify(asked)
    keys = [chain.project for chain in found.chains]
    numbers = dict(Project.objects.filter(pk__in=keys).values_list("pk", "number"))
    if options.json:
        print(json.dumps(told(found, numbers), ensure_ascii=False, indent=2))
    else:
        for chain in found.chains:
            for line in _lines(chain, numbers.get(chain.project, "")):
                print(line)
        seconds = time.monotonic() - began
        verdict = "全部相符" if not found.findings else f"{len(found.findings)} 条链不符"
        print(f"{verdict}：{len(found.chains)} 条链，{found.entries} 条正式行为，用时 {seconds:.1f} 秒")
    return 1 if found.findings else 0


def _lines(chain: Chain, number: str) -> list[str]:
    """What is said of one chain: nothing where all is well."""
    name = number or ("组织" if chain.project == 0 else f"项目 {chain.project}（数据库中没有）")
    lines = [f"! {name}：第 {entry} 条记有一次恢复，之前的部分内容以备份为准" for entry in chain.restored]
    if chain.finding is not None:
        lines.append(f"✗ {name}：{chain.finding.text}")
    return lines
