"""Cycles among links, through the hierarchy too: one shortest for each strongly connected component."""

from collections import deque
from typing import NamedTuple

from tongzhou.engine.graph import Graph
from tongzhou.engine.network import Lag, Link

Edges = dict[int, dict[int, int]]  # node -> successor -> index of the link (negative: hierarchy)


class CycleStep(NamedTuple):
    """A task on a cycle, the link that leaves it towards the next step, and its lag; no link: the hierarchy leads on."""

    task: int
    link: Link | None
    lag: Lag | None


class CycleFound(Exception):
    """The links run in circles; nothing was scheduled."""

    def __init__(self, cycles: list[list[CycleStep]]) -> None:
        super().__init__(f"{len(cycles)} cycle(s)")
        self.cycles = cycles


def find_cycles(graph: Graph, sorted_nodes: list[int]) -> list[list[CycleStep]]:
    """One shortest cycle of every strongly connected component among the nodes that could not be sorted."""
    edges = _edges(graph, set(sorted_nodes))
    cycles = []
    for component in _components(edges):
        inside = {at: {to: link for to, link in edges[at].items() if to in component} for at in component}
        cycles.append(_steps(graph, _shortest(inside, _ids(graph))))
    return sorted(cycles, key=lambda cycle: [step.task for step in cycle])


def _edges(graph: Graph, done: set[int]) -> Edges:
    edges: Edges = {at: {} for at in range(len(graph.durations)) if at not in done}
    for at in edges:
        arcs = [(arc[0], arc[2]) for arc in graph.preds[at]]
        arcs += [(arc.source, arc.link) for group in (graph.clock_arcs, graph.idle_arcs) for arc in group.get(at, ())]
        for source, link in arcs:
            if source in edges:
                edges[source].setdefault(at, link)
    return edges


def _ids(graph: Graph) -> list[int]:
    """The task id of every node; an exit has that of its summary."""
    tasks = graph.network.tasks
    owners = {node: at for at, node in graph.exits.items()}
    return [tasks[owners.get(at, at)].id for at in range(len(graph.durations))]


def _components(edges: Edges) -> list[set[int]]:
    """Strongly connected components that hold a cycle (Tarjan, without recursion)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    waiting: set[int] = set()
    found = []
    for root in edges:
        if root in number:
            continue
        path = [(root, iter(edges[root]))]
        while path:
            at, following = path[-1]
            if at not in number:
                number[at] = low[at] = len(number)
                stack.append(at)
                waiting.add(at)
            nearest = next((to for to in following if to not in number), None)
            if nearest is not None:
                path.append((nearest, iter(edges[nearest])))
                continue
            path.pop()
            low[at] = min([low[at]] + [low[to] for to in edges[at] if to in waiting])
            if low[at] == number[at]:
                component = _pop_component(stack, waiting, at)
                if len(component) > 1 or at in edges[at]:
                    found.append(component)
    return found


def _pop_component(stack: list[int], waiting: set[int], root: int) -> set[int]:
    component: set[int] = set()
    while root not in component:
        component.add(stack.pop())
    waiting -= component
    return component


def _shortest(edges: Edges, ids: list[int]) -> list[int]:
    """The nodes of a shortest cycle. A node whose own shortest cycle is known is taken out, with what then has no way on."""
    best: list[int] = []
    back: dict[int, set[int]] = {at: set() for at in edges}
    for at, following in edges.items():
        for to in following:
            back[to].add(at)
    for at in sorted(edges, key=lambda node: (ids[node], node)):
        if at in back:
            found = _through(edges, back, at, len(best))
            if found and (not best or len(found) < len(best)):
                best = found
            _remove(edges, back, at)
    return best


def _through(edges: Edges, back: dict[int, set[int]], root: int, limit: int) -> list[int]:
    """A shortest cycle through `root` with fewer than `limit` nodes (0: any), by breadth."""
    before: dict[int, int] = {}
    depth = {root: 1}
    queue = deque([root])
    while queue:
        at = queue.popleft()
        if limit and depth[at] >= limit:
            return []
        for to in edges[at]:
            if to == root:
                path = [at]
                while path[-1] != root:
                    path.append(before[path[-1]])
                return path[::-1]
            if to in back and to not in depth:
                depth[to] = depth[at] + 1
                before[to] = at
                queue.append(to)
    return []


def _remove(edges: Edges, back: dict[int, set[int]], node: int) -> None:
    doomed = [node]
    while doomed:
        at = doomed.pop()
        if at not in back:
            continue
        sources = back.pop(at)
        for source in sources & back.keys():
            edges[source].pop(at, None)
            if not edges[source]:
                doomed.append(source)
        for to in edges[at].keys() & back.keys():
            back[to].discard(at)
            if not back[to]:
                doomed.append(to)


def _steps(graph: Graph, nodes: list[int]) -> list[CycleStep]:
    ids, links = _ids(graph), graph.network.links
    steps = []
    following = _following(graph, nodes)
    for at, number in zip(nodes, following, strict=True):
        link = links[number] if number >= 0 else None
        if link is not None and link.predecessor == link.successor:
            return [CycleStep(link.predecessor, link, link.lag)]
        steps.append(CycleStep(ids[at], link, link.lag if link else None))
    first = min(range(len(steps)), key=lambda k: (steps[k].task, steps[k].link is None))
    return steps[first:] + steps[:first]


def _following(graph: Graph, nodes: list[int]) -> list[int]:
    """The index of the link from every node of the cycle to the next."""
    found = []
    for at, to in zip(nodes, nodes[1:] + nodes[:1], strict=True):
        arcs = [arc[2] for arc in graph.preds[to] if arc[0] == at]
        arcs += [arc.link for group in (graph.clock_arcs, graph.idle_arcs) for arc in group.get(to, ()) if arc.source == at]
        found.append(max(arcs))
    return found
