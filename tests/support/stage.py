"""A full stage for pictures and for axe: sheets in every state, forty signers, two hundred notices, all that one can owe.

`tests.journeys.conftest.set_stage` runs it on the data folder of a seeded server.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone

from support.agreed import agreed_on_stage
from support.met import met_on_stage
from support.papered import papered
from support.provided import provided_on_stage
from support.softkey import SoftKey
from tongzhou.confirmations.actions import Asking as Wording
from tongzhou.confirmations.actions import ask_confirmation
from tongzhou.lib.telling import Told
from tongzhou.notifications.actions.telling import Telling, notify_all
from tongzhou.notifications.models import Delivery, Notice
from tongzhou.people import actions
from tongzhou.people.actions import add_department, add_person
from tongzhou.people.models import System, User
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Asking, Filed, block_task, escalate_task, report_exception
from tongzhou.projects.actions import Part, create_project, give_role, seat, set_participation
from tongzhou.projects.models import Project
from tongzhou.rhythm.models import Due
from tongzhou.signoffs.actions import (
    About,
    Content,
    Course,
    Grant,
    Origin,
    Said,
    delegate_seat,
    open_sheet,
    sign_place,
    void_sheet,
)

PASSWORD = "同舟共济-2024"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NUMBER, MANY = "XMB-2024", "LONG-2026"
LONG = (
    "面向华东华南华北西南四大区域渠道与售后体系的新一代智能家居控制终端样机定型试产量产爬坡与首批五千台铺货上市"
    "及其后六个月质量跟踪改进专项（含供应商联合开发备件储备与客户投诉率下降目标协同）项目章程"
)
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈", "一二三四五六七八九十"
OBJECTION = "备件储备的费用分摊口径与本部门的预算不一致，请先与财务部核对。"
PEOPLE = ("样机与固件", "推广方案", "铺货与培训", "量产准备", "独立评审")


def paper(title: str, shared: dict[str, Any]) -> str:
    """Return a charter as it is printed."""
    rows = "".join(
        f'<tr data-at="shared/parts/{one["id"]}"><th scope="row">{one["name"]}</th>'
        f'<td data-at="shared/parts/{one["id"]}/duty">{one["duty"]}</td>'
        f'<td data-at="shared/parts/{one["id"]}/people">{one["people"]} 人</td></tr>'
        for one in shared["parts"]
    )
    return (
        f'<article class="tz-deed-body"><h2 class="tz-deed-title">{title}</h2><table class="tz-deed-facts"><tbody>'
        f'<tr><th scope="row">预算总额</th><td data-at="shared/budget">{shared["budget"]} 万元</td>'
        f'<th scope="row">上市</th><td data-at="shared/finish">{shared["finish"]}</td></tr></tbody></table>'
        '<h3>一、部门职责与投入</h3><table class="tz-deed-rows"><thead><tr><th scope="col">部门</th><th scope="col">职责</th>'
        f'<th scope="col">投入</th></tr></thead><tbody>{rows}</tbody></table></article>'
    )


def lay() -> dict[str, Any]:
    """Lay the stage; return the ids by name."""
    now = timezone.now()
    people = {person.name: person for person in User.objects.all()}
    told = lay_notices(people, now)
    # Two hundred mails are nobody's picture: addresses come after the notices.
    for name in ("李四", "吴八", "褚十六", "孙九"):
        people[name].set_password(PASSWORD)
        people[name].email = f"{people[name].login}@example.com"
        people[name].save()
    return {
        **told,
        **lay_sheets(people, now),
        **lay_many(people, now),
        **lay_asked(people, now),
        **lay_factors(people, now),
        **lay_dead(now),
    }


def charter(project: Any, budget: str, people: int, finish: str) -> dict[str, Any]:
    names = list(project.participations.order_by("pk").values_list("department__name", flat=True))
    parts = [{"id": at, "name": name, "duty": PEOPLE[at % 5], "people": 4} for at, name in enumerate(names)]
    parts[0]["people"] = people
    return {"budget": budget, "finish": finish, "parts": parts}


def opened(by: Any, project: Any, key: int, title: str, **more: Any) -> Any:
    """Open a paper of a project with all heads and the general lead, the next version of it where there is one."""
    shared, now = more["shared"], more["now"]
    heads = [f"head:{key}" for key in project.participations.order_by("pk").values_list("department_id", flat=True)]
    labels = {"budget": "预算总额", "finish": "上市", "people": "投入人数", "duty": "职责"}
    seats = (*heads, *more.get("last", ("role:general_lead",)))
    content = Content(shared, paper(title, shared), {seat: {} for seat in seats}, labels)
    course = Course(seats, in_order=more.get("in_order", False), due=more.get("due"))
    return open_sheet(by=by, project=project, about=About("paper", key, title), content=content, course=course, now=now)


def sign(by: Any, sheet: Any, seat: str, decision: str, opinion: str, now: Any) -> None:

    agent = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
    origin = Origin("password", now - timedelta(minutes=1), "10.20.30.40", agent, "7f3a9c21d5e84b06a1")
    place = sheet.places.get(seat=seat)
    sign_place(by=by, place=place, said=Said(decision, sheet.digest, opinion), origin=origin, now=now)


def lay_sheets(people: dict[str, Any], now: Any) -> dict[str, Any]:
    """A charter whose second version is half signed, one in force, one refused, one voided, a task list, a delegation."""
    project, manager = Project.objects.get(number=NUMBER), people["陈一"]
    head = {row.department.name: (row.department_id, row) for row in project.participations.select_related("department")}
    seats_of = {name: f"head:{key}" for name, (key, _row) in head.items()}
    then = now - timedelta(days=2)
    opened(manager, project, 1, "新产品上市项目章程", shared=charter(project, "120", 4, "2026-12-20"), now=then)
    due = now + timedelta(hours=5, minutes=40)
    changed = charter(project, "138", 5, "2026-12-17")
    waiting = opened(manager, project, 1, "新产品上市项目章程", shared=changed, due=due, now=then + timedelta(hours=3))
    later = now - timedelta(hours=20)
    sign(people["卫十一"], waiting, seats_of["质量部"], "approve", "同意。试产首件由质量部到场检验。", later)
    sign(people["孙九"], waiting, seats_of["销售部"], "condition", "铺货培训须在 12 月 5 日前排定。", later)
    sign(
        people["杨十八"], waiting, seats_of["生产部"], "refuse", "12 月 8 日当周 A 线停机保养，请改为 12 月 10 日开始。", later
    )
    final = opened(manager, project, 2, "样机试制协作备忘录", shared=changed, now=then)
    for name, who in (("研发部", "李四"), ("市场部", "吴八"), ("销售部", "孙九"), ("生产部", "杨十八"), ("质量部", "卫十一")):
        sign(people[who], final, seats_of[name], "approve", "", then + timedelta(hours=1))
    sign(people["褚十六"], final, "role:general_lead", "approve", "同意实施。", then + timedelta(hours=2))
    mine = opened(manager, project, 3, "渠道价格保护约定", shared=changed, now=then)
    sign(people["李四"], mine, seats_of["研发部"], "approve", "", then + timedelta(hours=1))
    voided = opened(manager, project, 4, "首批物料采购备忘录", shared=changed, now=then)
    void_sheet(by=manager, sheet=voided, reason="供应商改为乙方，重新起草", now=then + timedelta(hours=6))
    phone = opened(manager, project, 5, "试产停线补偿约定", shared=changed, due=now + timedelta(days=3), now=now)
    refusing = opened(manager, project, 6, "门店物料分摊办法", shared=changed, due=now - timedelta(hours=3), now=then)
    listed = release_task_list(by=manager, project=project, due=now + timedelta(days=2), now=then)
    sign(people["褚十六"], listed, "role:general_lead", "approve", "", then + timedelta(hours=4))
    WorkItem.objects.filter(project=project, name="推广方案").update(key_output="推广方案PPT与门店物料清单")
    task_list = release_task_list(by=manager, project=project, due=now + timedelta(days=1), now=now)
    WorkItem.objects.filter(project=project, name="物料制作").update(key_output="设计稿源文件")
    grant = Grant(people["周七"], date.today(), date.today() + timedelta(days=9), "出差期间")
    given = delegate_seat(by=people["李四"], project=project, seat=seats_of["研发部"], grant=grant, now=now)
    return {
        "sheet_id": waiting.pk,
        "final": final.pk,
        "signed": mine.pk,
        "voided": voided.pk,
        "phone": phone.pk,
        "refusing": refusing.pk,
        "task_list": task_list.pk,
        "delegation_id": getattr(given, "pk", 1),
    }


def lay_many(people: dict[str, Any], now: Any) -> dict[str, Any]:
    """A project with a title of a hundred characters, forty departments and a sheet that all of their heads sign in order."""
    system, manager = System(), people["陈一"]
    project = create_project(
        by=system, number=MANY, manager=manager, lead=people["李四"].department, now=now, basics={"name": LONG[:100]}
    )
    give_role(by=system, project=project, person=people["褚十六"], role="general_lead", now=now)
    lead = project.participations.get()
    seat(by=manager, participation=lead, kind="head", holder=people["李四"], now=now)
    for at in range(1, 40):
        department = add_department(by=system, name=f"华东第{at}事业部渠道与售后服务中心", now=now)
        name = "阿卜杜热合曼·木扎提江·买买提" if at == 7 else f"{FAMILY[at % 10]}{GIVEN[at // 10]}{GIVEN[at % 10]}"
        person = add_person(by=system, login=f"many{at:02d}", name=name, department=department, now=now)
        part = set_participation(by=system, project=project, department=department, part=Part("support"), now=now)
        seat(by=manager, participation=part, kind="head", holder=person, now=now)
        people[f"many{at}"] = person
    sheet = opened(manager, project, 1, LONG[:100], shared=charter(project, "1380.50", 12, "2027-06-30"), now=now)
    for at, part in enumerate(project.participations.order_by("pk")[1:25], start=1):
        decision, opinion = ("approve", "") if at % 9 else ("refuse", OBJECTION * 3)
        sign(people[f"many{at}"], sheet, f"head:{part.department_id}", decision, opinion, now)
    return {"many": sheet.pk}


def lay_asked(people: dict[str, Any], now: Any) -> dict[str, Any]:
    """One of each thing that 李四 can owe: to unblock, to handle, to decide, to confirm."""
    project, manager, head = Project.objects.get(number=NUMBER), people["陈一"], people["李四"]
    rows = WorkItem.objects.select_related("project", "department", "owner").filter(project=project)
    leaf = rows.get(name="样机定型")
    WorkItem.objects.filter(pk=leaf.pk).update(state=WorkItem.State.BLOCKED)
    until = now + timedelta(hours=6)
    blocked = block_task(
        by=manager,
        item=rows.get(pk=leaf.pk),
        asking=Asking(head.pk, None, until),
        reason="两款手机的蓝牙协议栈由研发部确认",
        now=now,
    )
    case = escalate_task(by=manager, item=rows.get(name="功能测试"), reason="兼容性缺陷三天没有结论", now=now)
    filed = Filed("delay", "治具未到", "试制推迟两天", "请研发部出借旧治具", (now + timedelta(days=2)).date())
    exception = report_exception(by=manager, project=project, item=rows.get(name="结构设计"), filed=filed, now=now)
    asking = Wording(
        "试产场地安排", "1. A 线让出两个夜班；\n2. 治具由研发部提供。", [head.pk, people["吴八"].pk], until, "confirmed"
    )
    confirmation = ask_confirmation(by=manager, project=project, asking=asking, now=now)
    return {
        "block_id": blocked.pk,
        "case_id": case.pk,
        "exception_id": exception.pk,
        "confirmation_id": confirmation.pk,
        "number": NUMBER,
    } | lay_agreed(people, project, now)


def lay_agreed(people: dict[str, Any], project: Project, now: Any) -> dict[str, Any]:
    """What the project agreed on and provides, a paper that was handed out, a kickoff."""
    told = agreed_on_stage(people["陈一"], project, now) | provided_on_stage(people, project, now)
    return told | papered(people["陈一"], project, now) | met_on_stage(people, project, now)


def lay_notices(people: dict[str, Any], now: Any) -> dict[str, Any]:
    """Two hundred notices for 李四, one for 吴八 of the longest kind, and a mail that did not go out."""
    project = Project.objects.get(number=NUMBER)
    kinds = ("mention", "task", "sync", "block", "exception", "escalation", "confirmation", "sign", "seat", "leave")
    titles = {
        "mention": "陈一提到你：样机评审能否提前到周三",
        "task": "“蓝牙兼容性复测”交给你了",
        "sync": "“固件联调”的进度还没有同步",
        "block": "请解除“样机定型”的阻塞",
        "exception": "“结构设计”报告了异常：治具未到",
        "escalation": "“功能测试”升级到你：兼容性缺陷三天没有结论",
        "confirmation": "请确认：试产场地安排",
        "sign": "请以研发部负责人身份签署《新产品上市项目章程》",
        "seat": "市场部对接人改为冯十二",
        "leave": "周七请假 3 天，由你代办",
    }
    key = people["李四"].pk
    tellings = [
        Telling(
            Told(
                (key,),
                kinds[at % 10],
                titles[kinds[at % 10]],
                "兼容性用例完成一半，余下低温两组。",
                f"/projects/{NUMBER}/",
                at % 37 == 0,
            ),
            f"scene:{at}",
            project.pk,
        )
        for at in range(200)
    ]
    notify_all(tellings, now=now)
    long = Told((people["吴八"].pk,), "sign", LONG[:200], LONG * 3, f"/projects/{NUMBER}/", True)
    notify_all([Telling(long, "scene:long", project.pk)], now=now)
    notice = Notice.objects.filter(source="scene:long").get()
    error = "SMTPServerDisconnected: Connection unexpectedly closed: [Errno 104] Connection reset by peer after DATA"
    row = Delivery.objects.create(notice=notice, channel="mail", due_at=now, state="failed", tries=9, error=error)
    return {"delivery_id": row.pk, "notice": notice.pk}


def lay_factors(people: dict[str, Any], now: Any) -> dict[str, Any]:
    """孙九 has an app, a passkey and recovery codes beside the password; 张三 signs with a code."""
    head = people["孙九"]
    code = str(format_hotp_value(hotp_value(SECRET, int(now.timestamp()) // 30)))
    actions.activate_totp(by=head, secret=SECRET, code=code, proven=True, now=now)
    data = {"name": "办公电脑的指纹与面部识别（总经理办公室三号机）", "credential": SoftKey().made("AAAA")}
    passkey = Authenticator.objects.create(user=head, type="webauthn", data=data, created_at=now)
    actions.set_signing_code(by=people["张三"], code="428157", proven=True, now=now)
    return {"passkey_id": passkey.pk}


def lay_dead(now: Any) -> dict[str, Any]:
    """Jobs that were given up."""
    error = "ConnectionRefusedError: [Errno 111] Connection refused (smtp.example.com:465)"
    for at in range(1, 7):
        kind = "delivery" if at % 2 else "escalation"
        Due.objects.create(lane=2, kind=kind, key=90_000 + at, at=now, next_at=now, attempts=9, dead_at=now, error=error)
    return {}
