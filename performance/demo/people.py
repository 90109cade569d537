"""Teams and the thirty people of the demo company."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from salesops.core.choices import Role, TeamKind


@dataclass(frozen=True)
class Post:
    """One person: user name, name, roles, team, superior, and the line the sign-in page shows."""

    username: str
    name: str
    roles: tuple[str, ...]
    team: str
    superior: str
    line: str = ""


TEAMS = [
    # code, name, kind, parent, head
    ("CO", "恒信家居 Hengxin Houseware", TeamKind.DEPARTMENT, None, "gina"),
    ("SALES", "销售部 Sales", TeamKind.DEPARTMENT, "CO", "mona"),
    ("EAST", "华东组 East China", TeamKind.BRANCH, "SALES", "bob"),
    ("SOUTH", "华南组 South China", TeamKind.BRANCH, "SALES", "weimin"),
    ("TAIWAN", "台灣組 Taiwan", TeamKind.BRANCH, "SALES", "yating"),
    ("EXPORT", "外贸组 Export", TeamKind.BRANCH, "SALES", "erik"),
    ("FIN", "财务部 Finance", TeamKind.DEPARTMENT, "CO", "dora"),
    ("OPS", "运营部 Operations", TeamKind.DEPARTMENT, "CO", "otto"),
    ("OFFICE", "综合部 Office", TeamKind.DEPARTMENT, "CO", "hugo"),
]

REP, LEAD = Role.REP.value, Role.LEAD.value
POSTS = [
    Post(
        "gina",
        "高静 Gina",
        (Role.GM,),
        "CO",
        "",
        _("General manager: company dashboard, months, everything to read"),
    ),
    Post(
        "mona",
        "莫娜 Mona",
        (Role.MANAGER,),
        "SALES",
        "gina",
        _("Sales manager: team dashboards, targets, orders to confirm"),
    ),
    Post(
        "bob",
        "鲍勃 Bob",
        (LEAD, REP),
        "EAST",
        "mona",
        _("Team lead East China: the team's day, visits and orders"),
    ),
    Post(
        "alice",
        "艾丽 Alice",
        (REP,),
        "EAST",
        "bob",
        _("Sales representative: my customers, visits, orders, receivables"),
    ),
    Post(
        "asha",
        "沙莎 Asha",
        (Role.ASSISTANT,),
        "EAST",
        "bob",
        _("Sales assistant: prepares visits and orders for the team"),
    ),
    Post("tianyu", "田宇 Tian Yu", (REP,), "EAST", "bob"),
    Post("xiaomei", "肖梅 Xiao Mei", (REP,), "EAST", "bob"),
    Post("leo", "李欧 Leo", (REP,), "EAST", "bob"),
    Post("weimin", "魏敏 Wei Min", (LEAD, REP), "SOUTH", "mona"),
    Post(
        "carol",
        "卡萝 Carol",
        (REP,),
        "SOUTH",
        "weimin",
        _("Sales representative of another team: sees her own customers only"),
    ),
    Post("junjie", "俊杰 Jun Jie", (REP,), "SOUTH", "weimin"),
    Post("lihua", "丽华 Li Hua", (REP,), "SOUTH", "weimin"),
    Post("dawei", "大伟 Da Wei", (REP,), "SOUTH", "weimin"),
    Post("yating", "陳雅婷 Ya-Ting", (LEAD, REP), "TAIWAN", "mona"),
    Post("zhihao", "林志豪 Chih-Hao", (REP,), "TAIWAN", "yating"),
    Post("peishan", "黃佩珊 Pei-Shan", (REP,), "TAIWAN", "yating"),
    Post("guanyu", "張冠宇 Kuan-Yu", (REP,), "TAIWAN", "yating"),
    Post("erik", "Erik Lindqvist", (LEAD, REP), "EXPORT", "mona"),
    Post("maria", "Maria Costa", (REP,), "EXPORT", "erik"),
    Post("john", "John Miller", (REP,), "EXPORT", "erik"),
    Post("anna", "Anna Schmidt", (REP,), "EXPORT", "erik"),
    Post("hanako", "Hanako Sato", (REP,), "EXPORT", "erik"),
    Post(
        "dora",
        "朵拉 Dora",
        (Role.FINANCE,),
        "FIN",
        "gina",
        _("Finance: receipts, allocation, ageing, finance dashboard"),
    ),
    Post("meiling", "美玲 Mei Ling", (Role.FINANCE,), "FIN", "dora"),
    Post("otto", "奥托 Otto", (Role.OPERATIONS,), "OPS", "gina", _("Operations: confirmed orders to ship")),
    Post("sam", "山姆 Sam", (Role.SERVICE,), "OPS", "otto"),
    Post(
        "hugo",
        "胡戈 Hugo",
        (Role.HR,),
        "OFFICE",
        "gina",
        _("Human resources: people, teams, roles, targets to read"),
    ),
    Post("lena", "莱娜 Lena", (Role.LEGAL,), "OFFICE", "gina", _("Legal: contracts")),
    Post(
        "aida",
        "艾达 Aida",
        (Role.AUDITOR,),
        "OFFICE",
        "gina",
        _("Auditor: reads everything, changes nothing; audit trail"),
    ),
    Post(
        "root",
        "管理员 Root",
        (Role.ADMINISTRATOR,),
        "OFFICE",
        "gina",
        _("Administrator: people, handbook rules, imports, job runs"),
    ),
]
