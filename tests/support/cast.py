"""The fixed cast: the same people in every test, each with one part to play in the launch project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from tongzhou.config.commands.seed import Seeding
from tongzhou.config.demo.complaint import COMPLAINT
from tongzhou.config.demo.launch import LAUNCH
from tongzhou.config.demo.organisation import DEPARTMENTS, PEOPLE
from tongzhou.lib import clock
from tongzhou.people.actions import add_department, add_person
from tongzhou.people.models import Department, System, User
from tongzhou.plan.actions import ItemSpec, LinkSpec, bring_in
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import Part, create_project, give_role, seat, set_participation
from tongzhou.projects.models import Project

NOW = datetime(2024, 3, 1, 1, tzinfo=UTC)
DAY = 480


@dataclass
class Cast:
    """Departments and people by name, and by the part that each plays."""

    departments: dict[str, Department]
    people: dict[str, User]

    general_lead = property(lambda self: self.people["褚十六"])
    manager = property(lambda self: self.people["陈一"])
    head = property(lambda self: self.people["李四"])
    """Head of 研发部."""
    liaison = property(lambda self: self.people["周七"])
    """Liaison of 研发部."""
    owner = property(lambda self: self.people["郑十"])
    """Owns a task of 研发部, without a seat."""
    other_head = property(lambda self: self.people["吴八"])
    """Head of 市场部."""
    other_liaison = property(lambda self: self.people["冯十二"])
    """Liaison of 市场部."""
    quality = property(lambda self: self.people["卫十一"])
    finance = property(lambda self: self.people["韩十七"])
    administrator = property(lambda self: self.people["系统管理员"])
    """IT support in the project, administrator of the system."""
    member = property(lambda self: self.people["成员"])
    stranger = property(lambda self: self.people["外人"])
    """Works in a department that has no part in any project."""

    rd = property(lambda self: self.departments["研发部"])
    marketing = property(lambda self: self.departments["市场部"])


def make_cast() -> Cast:
    """Make every department and person through the actions."""
    system = System()
    departments = {name: add_department(by=system, name=name, now=NOW) for name in DEPARTMENTS}
    people = {
        name: add_person(by=system, name=name, login=login, department=departments[department], now=NOW)
        for login, name, department, _title in (
            *PEOPLE,
            ("chengyuan", "成员", "研发部", ""),
            ("wairen", "外人", "人力资源部", ""),
        )
    }
    people["系统管理员"] = User.objects.create_user("admin", "系统管理员", is_administrator=True)
    return Cast(departments, people)


def launch_project(cast: Cast, today: date = date(2024, 4, 2)) -> Project:
    """The launch project (XMB-2024) with all that was reported until `today`."""
    return _sample(cast, LAUNCH, today)


def complaint_project(cast: Cast, today: date = date(2024, 3, 10)) -> Project:
    """The complaint project (KST-2024) with all that was reported until `today`."""
    return _sample(cast, COMPLAINT, today)


def small_project(cast: Cast, number: str = "S-1", weight: str = "standard") -> Project:
    """A project with its seats and roles, and nothing planned; in a light one those with seats are members."""
    system = System()
    with clock.pretend(NOW):
        project = create_project(
            by=system,
            number=number,
            manager=cast.manager,
            lead=cast.rd,
            now=NOW,
            basics={"name": f"小项目 {number}", "starts_on": date(2024, 3, 4), "weight": weight},
        )
        supports = set_participation(by=system, project=project, department=cast.marketing, part=Part("support"), now=NOW)
        leads = project.participations.get(department=cast.rd)
        for part, kind, holder in (
            (leads, "head", cast.head),
            (leads, "liaison", cast.liaison),
            (supports, "head", cast.other_head),
            (supports, "liaison", cast.other_liaison),
        ):
            if weight == "light":
                give_role(by=system, project=project, person=holder, role="member", now=NOW)
            else:
                seat(by=cast.manager, participation=part, kind=kind, holder=holder, now=NOW)
        roles = {
            "general_lead": cast.general_lead,
            "quality": cast.quality,
            "finance": cast.finance,
            "it_support": cast.administrator,
            "member": cast.member,
        }
        for role, person in roles.items():
            give_role(by=system, project=project, person=person, role=role, now=NOW)
    return project


def small_table(cast: Cast) -> tuple[list[ItemSpec], list[LinkSpec]]:
    """阶段 with 设计 (Mon 03-04 – Wed 03-06) → 测试 (03-07 – 03-08) → 定型 (milestone 03-08); 推广 of 市场部 beside it."""
    rd, marketing = cast.rd.pk, cast.marketing.pk
    items = [
        ItemSpec("1", "阶段", department=rd),
        _task("1.1", "设计", rd, cast.owner.pk, (4, 6), 3),
        _task("1.2", "测试", rd, cast.owner.pk, (7, 8), 2),
        replace(_task("1.3", "定型", rd, None, (8, 8), 0), is_milestone=True),
        _task("2", "推广", marketing, None, (4, 5), 2),
    ]
    return items, [LinkSpec("1.1", "1.2"), LinkSpec("1.2", "1.3")]


def planned_project(cast: Cast, number: str = "S-1", weight: str = "standard") -> Project:
    """The small project with the small table brought in by its manager."""
    project = small_project(cast, number, weight)
    items, links = small_table(cast)
    with clock.pretend(NOW):
        bring_in(by=cast.manager, project=project, items=items, links=links, now=NOW)
    return project


def task(project: Project, name: str) -> WorkItem:
    """Return the work item of that name, fresh from the database."""
    return WorkItem.objects.select_related("project", "owner", "department").get(project=project, name=name)


def _task(key: str, name: str, department: int, owner: int | None, days: tuple[int, int], length: int) -> ItemSpec:
    first, last = date(2024, 3, days[0]), date(2024, 3, days[1])
    return ItemSpec(
        key,
        name,
        key.rpartition(".")[0] or None,
        department=department,
        owner=owner,
        typed_start=first,
        typed_finish=last,
        duration=length * DAY,
    )


def _sample(cast: Cast, sample: object, today: date) -> Project:
    # The samples' own days are those of 2024: laid around the sample's own day they do not move.
    seeding = Seeding(sample, today, cast.people, cast.departments)  # type: ignore[arg-type]
    seeding.shift *= 0
    seeding.run()
    return Project.objects.get(number=seeding.sample.number)
