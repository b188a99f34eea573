"""What headings people write, by meaning. Words are parted by spaces; (a|b|) stands for a, b or nothing."""

import itertools
import re

_WHEN = "(|时间|日期|日)"
_PLANNED = "(|计划|预计|预期|拟|要求|目标|规划)"
_STARTS = "(开始|起始|启动|开工|开展)"
_FINISHES = "(结束|完成|截止|截至|完工|终止|到期|交付)"
_HELPING = "(协作|协助|配合|支持|协同|参与|合作|协办|关联)"

HEADINGS = {
    "code": """
        wbs wbscode id号 任务id taskid taskno 代码 任务代码 大纲数字
        (|wbs|任务|工作|活动|子任务|作业|计划|工作项|大纲)(编号|编码|代号)""",
    "serial": "序号 no no. id 标识号 行号 # 序 项次 项号",
    "level": "级别 层级 wbs级别 任务级别 level",
    "outline": "大纲级别 outlinelevel",
    "project": "项目 项目名称 所属项目 project",
    "phase": """
        (|项目|所属|工作|任务)(阶段|阶段名称) (一级|父|主|上级)任务 (父|主|上级)任务名称 一级 一级计划
        模块 所属模块 工作模块 工作包 大类 类别 任务类别 任务大类 phase stage""",
    "name": """
        任务 名称 任务名称 任务名 任务项 任务内容 任务标题 任务主题 任务事项 具体任务 主要任务 重点任务 二级任务 二级 二级计划
        工作 工作任务 工作名称 工作内容 工作项 工作事项 工作项目 主要工作 事项 事项名称 活动 活动名称 作业名称 计划名称 节点名称
        行动项 task taskname name activity title taskdescription 任务/里程碑""",
    "subtask": """
        (子|分|细分|下级)(任务|任务名称|任务名|项|项名称|任务内容|工作|任务项|工作项) 三级任务 三级 三级计划 subtask
        具体动作 动作 具体工作 细项 工作细项""",
    "department": """
        (|责任|所属|负责|牵头|主责|主办|承办|主导|归口|执行|实施|归属|任务)(部门|单位|科室)
        责任方 主责方 department dept team""",
    "owner": """
        (|任务|直接|主要|第一|主)(负责人|责任人) 主责人 主办人 承办人 执行人 执行人员 经办人 担当 担当人 负责人员 负责人姓名
        a角 牵头人 责任人员 实施人 处理人 责任者 owner taskowner assignee assignedto
        responsible responsibleperson personincharge pic resource resources resourcenames 资源名称""",
    "supporters": f"{_HELPING}(人|人员|负责人|责任人|者|方|成员|同事) 成员 任务成员 团队成员 supporters",
    "support_departments": f"{_HELPING}(部门|单位|科室) supportdepartments",
    "deputy": "b角 b角负责人 备份人 备用负责人 后备人员 b岗 代理人 backup",
    "start": f"{_PLANNED}{_STARTS}{_WHEN} 起 自 开始于 计划起始 start startdate plan(start|startdate) planned(start|startdate)",
    "finish": f"""
        {_PLANNED}{_FINISHES}{_WHEN} {_PLANNED}{_FINISHES}期限 止 至 期限 时限 交期 完成时限 截止时限 要求完成 最迟完成时间
        finish finishdate end enddate due duedate deadline plan(finish|end|enddate) planned(finish|finishdate|end|enddate)""",
    "period": "(|计划|任务|项目)(起止时间|起止日期|周期|时间安排|起讫时间) 时间 计划时间 时间段 起止",
    "duration": """
        (|计划|预计|任务)(工期|历时|工作日|持续时间|用时|天数|时长|工作天数|工作日数) 所需天数 耗时 duration days""",
    "standard": "(|任务|质量)(交付标准|完成标准|验收标准|衡量标准|达成标准|质量标准) 标准 (验收|交付|完成)要求 完成标志",
    "output": """
        (|关键|主要|预期|阶段)(产出物|交付物|输出物|产出|输出|成果|交付成果|输出成果|交付件) 交付内容 产物 成果物 工作成果
        deliverable deliverables output""",
    "predecessors": """
        (前置|紧前|前导|先行|前序)(任务|依赖任务|工作|活动|条件|作业|) 依赖 依赖(关系|任务|项|编号) 前置依赖 前置依赖关系
        任务依赖 前提任务 前置任务编号 predecessors predecessor dependencies dependency dependson""",
    "risk": "风险 风险点 (潜在|主要|可能)风险 风险(提示|描述|说明|及应对|因素|名称) risk",
    "remark": "备注 备注说明 备注信息 说明 附注 补充说明 其他 notes note remark remarks comment comments",
    "state": "(|当前|任务|执行|进展|完成|目前|进度)状态 (进展|完成|执行)情况 status state",
    "percent": """
        (|当前|实际|任务|目前)(完成度|完成率|进度|完成比例|完成百分比|完成进度|进度百分比|完成比) % 完成% 完成程度 达成率 进展
        progress percent %complete percentcomplete percentage completion %completed""",
    "actual_start": f"实际{_STARTS}{_WHEN} actualstart actualstartdate",
    "actual_finish": f"实际{_FINISHES}{_WHEN} actualfinish actual(finishdate|end|enddate)",
    "updated_by": "更新人 更新者 更新人员 更新责任人 (填报|填写|汇报|上报|反馈|报告)人 updatedby",
    "updated_on": "(|最近|最后)更新(时间|日期) (填报|填写|汇报|上报|反馈)(时间|日期) updatedon updated",
    "note": """
        异常 异常(说明|情况|情况说明|原因|及说明|备注) 偏差(说明|原因) 问题 问题(说明|描述) 存在问题 延期原因 延迟原因 阻塞原因
        进展说明 情况说明""",
    "milestone": "里程碑 是否里程碑 是否为里程碑 里程碑(标志|标识|节点) 关键节点 是否关键节点 milestone",
    "resource": "资源需求 所需资源 (|需要的|需求)资源 资源要求 资源需要",
    "quantity": "数量 工程量 计划数量 目标数量 任务数量 计划量 目标量 quantity",
    "unit": "计量单位 数量单位 unit",
    "done_quantity": "(|已|实际|累计)完成(数量|量) 实际数量",
    "deadline": "必须完成日期 最晚完成日期 硬期限 硬性期限",
    "constraint": "(限制|约束)(类型|条件) constrainttype",
    "constraint_date": "(限制|约束)日期 constraintdate",
    "calendar": "任务日历 taskcalendar",
    "baseline_start": f"(基线|比较基准|基准){_STARTS}{_WHEN} baselinestart",
    "baseline_finish": f"(基线|比较基准|基准){_FINISHES}{_WHEN} baselinefinish",
    "key": "系统标识 系统标识(请勿修改)",
    "urgency": "紧急程度 紧急度 优先级 任务优先级 优先程度 优先次序 重要程度 重要性 priority",
}

PROJECT_LABELS = {
    "name": "项目名称 项目名 名称",
    "number": "项目编号 编号 项目编码 项目代号 立项编号",
    "period": "项目周期 周期 项目起止时间 起止时间 项目时间 项目起止日期 项目工期 实施周期",
    "manager": "项目负责人 负责人 项目经理 项目主管 项目总监",
    "contact": "联系方式 联系电话 电话 手机 联系人方式 负责人联系方式",
    "objective": "项目核心目标 核心目标 项目目标 目标 总体目标 项目总目标",
    "departments": "参与部门及职责 参与部门 部门职责 部门及职责 参与部门与职责 协作部门及职责 各部门职责",
    "milestones": "关键里程碑 里程碑 项目里程碑 主要里程碑 关键节点 重要节点 里程碑节点",
    "deliverables": "交付物清单 交付物 项目交付物 交付成果 主要交付物 关键交付物 交付清单",
    "background": "项目背景 背景",
    "scope": "项目范围 范围 范围边界",
    "sponsor": "项目总负责人 总负责人 项目发起人 发起人",
    "lead_department": "牵头部门 主责部门 责任部门 主导部门",
}


def expand(words: str) -> list[str]:
    """All words that a line of the tables stands for."""
    return [one for word in words.split() for one in _alternatives(word)]


def _alternatives(word: str) -> list[str]:
    parts = [part[1:-1].split("|") if part.startswith("(") else [part] for part in re.findall(r"\([^)]*\)|[^(]+", word)]
    return ["".join(choice) for choice in itertools.product(*parts)]
