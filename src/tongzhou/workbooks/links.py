"""Predecessors resolved to tasks: by code, by name, by key output; a near match is proposed with a score and never taken."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec.structs import replace

from tongzhou.workbooks import predecessors
from tongzhou.workbooks.hierarchy import WITHIN, normal_code
from tongzhou.workbooks.predecessors import Reference
from tongzhou.workbooks.result import Findings, LinkRow, Problem, Proposal, Question, TaskRow
from tongzhou.workbooks.text import key, plain

NEAR = 0.3
MOST_PROPOSALS = 4
MOST_COMPARED = 30
NO_LINK = "none"
_FILLER = re.compile(r"(?:已|全部|最终)?(?:完成|结束|终版|定稿|通过|终稿|最终版|交付|输出|后)$")
_OUTPUTS = re.compile(r"[、,;/\n]+")
_PARTING = re.compile(r"[.\-_·/]+")
_VERSION = re.compile(r"v?\d+(?:\.\d+)*$")


class Directory:
    """The tasks by everything that may name them."""

    def __init__(self, tasks: Sequence[TaskRow]) -> None:
        self.tasks = tasks
        self.codes: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.names: dict[str, list[int]] = defaultdict(list)
        self.outputs: dict[str, list[int]] = defaultdict(list)
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self._exact: dict[tuple[str, str], list[int]] = {}
        for index, task in enumerate(tasks):
            if task.code:
                self.codes[task.sheet, task.code].append(index)
                self.codes["", task.code].append(index)
                if WITHIN in task.code and (parted := _parted(task.code)) != task.code:
                    self.codes[task.sheet, parted].append(index)
            self.names[key(task.name)].append(index)
            for output in _outputs(task.output) if task.output else ():
                self.outputs[output].append(index)

    def exact(self, text: str, sheet: str) -> list[int]:
        """Tasks that the text names exactly."""
        found = self._exact.get((text, sheet))
        if found is None:
            found = self._exact[text, sheet] = self._named(text, sheet)
        return found

    def _named(self, text: str, sheet: str) -> list[int]:
        code = normal_code(text)
        named = key(text)
        for found in (
            self.codes.get((sheet, code or named)),
            self.codes.get(("", code or named)),
            self.codes.get((sheet, _parted(named))),
            self.names.get(named),
            self.outputs.get(named),
        ):
            if found:
                return list(dict.fromkeys(found))
        return []

    def beside(self, text: str, task: int) -> list[int]:
        """Tasks whose number begins anew in each group: the one of that number in the task's own group, or a group above."""
        code, sheet = normal_code(text) or key(text), self.tasks[task].sheet
        above = self.tasks[task].parent
        while above is not None:
            if self.tasks[above].code and (found := self.codes.get((sheet, f"{self.tasks[above].code}{WITHIN}{code}"))):
                return found
            above = self.tasks[above].parent
        return []

    def near(self, text: str, task: int | None) -> list[Proposal]:
        """Tasks that the text may mean, the likeliest first."""
        if normal_code(text) and not re.search(r"[\u4e00-\u9fff]", text):
            return self._near_code(normal_code(text), task)
        wanted = key(text)
        bare = _FILLER.sub("", wanted) or wanted
        scores = []
        for index in self._candidates(bare):
            if index == task or self._contains(index, task):
                continue
            other = self.tasks[index]
            score = max(_likeness(bare, key(other.name)), _likeness(bare, _VERSION.sub("", key(other.output))))
            score = max(score, 0.9 * _likeness(bare, key(other.name) + key(other.output)))
            if score >= NEAR:
                scores.append((round(min(score, 0.99), 2), -index))
        return [Proposal(-index, score) for score, index in sorted(scores, reverse=True)[:MOST_PROPOSALS]]

    def _candidates(self, text: str) -> list[int]:
        """The tasks that share most two-sign groups with the text; only these are compared closely."""
        if not self._by_pair:
            for index, task in enumerate(self.tasks):
                for pair in _pairs(key(task.name) + key(task.output)):
                    self._by_pair[pair].append(index)
        shared = Counter(index for pair in _pairs(text) for index in self._by_pair.get(pair, ()))
        return [index for index, _ in shared.most_common(MOST_COMPARED)]

    def _near_code(self, code: str, task: int | None) -> list[Proposal]:
        """The sibling one before or after a code that is nowhere: 1.2.3 where only 1.2.2 is."""
        head, _, last = code.rpartition(".")
        if not head or not last.isdigit():
            return []
        found = [index for step in (-1, 1) for index in self.codes.get(("", f"{head}.{int(last) + step}"), [])]
        return [Proposal(index, 0.6) for index in found if index != task and not self._contains(index, task)]

    def _contains(self, group: int, task: int | None) -> bool:
        while task is not None:
            task = self.tasks[task].parent
            if task == group:
                return True
        return False


def _parted(number: str) -> str:
    """A number within its group in one spelling: 一.2, 一-2 and (一)·2 are 一·2."""
    return WITHIN.join(part.strip("()") for part in _PARTING.split(number) if part)


def _outputs(text: str) -> set[str]:
    return {key(text), *(key(part) for part in _OUTPUTS.split(text))} - {""}


def _likeness(text: str, other: str) -> float:
    """How much of the text's two-sign groups the other has, and how alike both are as a whole (0 to 1)."""
    if not text or not other:
        return 0.0
    pairs = _pairs(text)
    covered = sum(1 for pair in pairs if pair in other) / len(pairs)
    return 0.7 * covered + 0.3 * SequenceMatcher(None, text, other, autojunk=False).ratio()


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)} or {text}


def resolve(tasks: Sequence[TaskRow], findings: Findings) -> list[LinkRow]:
    """The links of all tasks. What is only near becomes a question, what is nowhere an error."""
    directory = Directory(tasks)
    links: dict[tuple[int, int, str], LinkRow] = {}
    for index, task in enumerate(tasks):
        if "predecessors" not in task.shown:
            continue
        for part in _parts(task.shown["predecessors"].original, directory, task.sheet):
            link = _link(index, task, part, directory, findings)
            if link is not None and (link.predecessor, link.successor, link.kind) not in links:
                links[link.predecessor, link.successor, link.kind] = link
    return list(links.values())


def _parts(text: str, directory: Directory, sheet: str) -> list[str]:
    """A name that itself holds a separator stays whole."""
    return [plain(text)] if directory.exact(text, sheet) else predecessors.split(text)


def _link(index: int, task: TaskRow, part: str, directory: Directory, findings: Findings) -> LinkRow | None:
    whole = directory.exact(part, task.sheet)
    reference = Reference(part, text=part) if whole else predecessors.parse(part)
    found = directory.beside(reference.ref, index) or whole or directory.exact(reference.ref, task.sheet)
    column = task.columns["predecessors"]
    if len(found) == 1:
        return _made(found[0], index, reference, task, column, findings)
    proposals = [Proposal(one, 0.5) for one in found if one != index] or directory.near(reference.ref, index)
    kind = "same_name" if found else "near_link"
    question = Question(kind, task.sheet, task.row, column, part, index, tuple(proposals))
    problem = Problem("unknown_predecessor", task.sheet, task.row, column, {"text": part, "name": task.name}, token=part)
    answer = findings.answers.choices.get(question.id if proposals else problem.id)
    if proposals:
        findings.questions.append(replace(question, answer=answer))
    elif answer is None:
        findings.errors.append(problem)
    chosen = next((place for place, one in enumerate(directory.tasks) if one.key == answer), None) if answer else None
    return None if chosen is None else _made(chosen, index, reference, task, column, findings)


def _made(
    predecessor: int, successor: int, reference: Reference, task: TaskRow, column: str, findings: Findings
) -> LinkRow | None:
    if predecessor == successor:
        problem = Problem("link_to_itself", task.sheet, task.row, column, {"name": task.name}, token=reference.text)
        if findings.answers.choices.get(problem.id) != NO_LINK:
            findings.errors.append(problem)
        return None
    return LinkRow(
        predecessor, successor, reference.kind, reference.lag, reference.elapsed, reference.within, reference.text,
        task.sheet, task.row, column,
    )  # fmt: skip
