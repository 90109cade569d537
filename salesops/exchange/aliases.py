"""Which source column is probably meant, by the names that spreadsheets commonly carry."""

from __future__ import annotations

from typing import Any

from salesops.exchange.mapping import Mapping, normal
from salesops.exchange.registry import ImportKind

# Canonical name -> other spellings in English and Chinese; compared by ``normal``.
ALIASES: dict[str, tuple[str, ...]] = {
    "code": ("id", "no", "key", "编号", "編號", "代码", "代碼", "编码", "編碼"),
    "name": ("full name", "company", "company name", "名称", "名稱", "姓名", "公司名称", "公司名稱"),
    "number": ("no", "document no", "单号", "單號", "编号", "編號", "号码", "號碼"),
    "username": ("user", "login", "employee id", "账号", "帳號", "用户名", "使用者名稱"),
    "role": ("job", "position", "title", "角色", "职务", "職務"),
    "team": ("group", "department", "office", "团队", "團隊", "部门", "部門", "小组", "小組"),
    "manager": ("superior", "head", "reports to", "上级", "上級", "主管", "经理", "經理"),
    "parent": ("parent code", "group", "subsidiary of", "上级", "上級", "集团", "集團"),
    "email": ("e-mail", "mail", "邮箱", "郵箱", "电子邮件", "電子郵件"),
    "phone": ("telephone", "tel", "mobile", "电话", "電話", "手机", "手機"),
    "joined_date": ("hire date", "joined", "start date", "入职日期", "到職日"),
    "left_date": ("leaving date", "left", "离职日期", "離職日"),
    "short_name": ("short", "简称", "簡稱"),
    "class": ("customer class", "grade", "等级", "等級", "类别", "類別"),
    "industry": ("sector", "行业", "行業", "產業"),
    "region": ("area", "territory", "地区", "地區", "区域", "區域"),
    "country": ("nation", "国家", "國家"),
    "address": ("street", "地址"),
    "tax_number": ("tax id", "vat", "税号", "稅號", "統一編號", "统一社会信用代码"),
    "owner": (
        "sales rep",
        "salesperson",
        "sales agent",
        "employee",
        "业务员",
        "業務員",
        "销售人员",
        "負責人",
    ),
    "customer": ("customer id", "customer code", "client", "account", "客户", "客戶", "客户 ID", "客户编号"),
    "product": ("product id", "sku", "产品", "產品"),
    "category": ("product category", "series", "类别", "類別"),
    "unit": ("uom", "单位", "單位"),
    "list_price": ("price", "sales price", "unit price", "单价", "單價", "标价", "牌價"),
    "currency": ("ccy", "币种", "幣別", "货币", "貨幣"),
    "amount": ("total", "sum", "invoice amount", "金额", "金額"),
    "order_date": ("ordered on", "date", "invoice date", "订单日期", "訂單日期"),
    "required_date": ("required by", "要求日期", "需求日期"),
    "shipped_date": ("ship date", "发货日期", "出貨日期"),
    "ship_method": ("ship via", "ship mode", "邮寄方式", "運送方式"),
    "line_product": ("product id", "sku", "stock code", "item", "产品 ID", "產品編號"),
    "line_quantity": ("quantity", "qty", "数量", "數量"),
    "line_price": ("unit price", "price", "单价", "單價"),
    "line_discount": ("discount", "折扣"),
    "line_tax_rate": ("tax rate", "税率", "稅率"),
    "line_amount": ("sales", "line total", "销售额", "銷售額"),
    "freight": ("shipping cost", "运费", "運費"),
    "issue_date": ("invoice date", "issued on", "开票日期", "開立日"),
    "due_date": ("due on", "到期日", "付款期限"),
    "received_date": ("payment date", "settled date", "收款日期"),
    "receivable": ("invoice", "invoice number", "应收单号", "應收單號"),
    "order": ("order id", "order number", "订单 ID", "訂單編號"),
    "date": ("day", "日期"),
    "planned_date": ("planned for", "计划日期", "預定日期"),
    "visited_at": ("visited on", "拜访时间", "拜訪時間"),
    "disputed": ("in dispute", "争议", "爭議"),
}
BY_KIND: dict[str, dict[str, tuple[str, ...]]] = {
    "customers": {
        "code": ("customer id", "客户 ID", "客户编号", "客戶編號"),
        "name": ("customer name", "客户名称", "客戶名稱", "account"),
    },
    "products": {
        "code": ("product id", "sku", "产品 ID", "產品編號"),
        "name": ("product name", "description", "产品名称", "產品名稱"),
    },
    "orders": {
        "number": ("order id", "order number", "invoice no", "订单 ID", "订单号", "訂單編號"),
    },
    "receivables": {"number": ("invoice number", "invoice no", "发票号", "發票號碼")},
    "staff": {"name": ("employee name", "sales agent", "员工姓名", "員工姓名")},
    "contacts": {"name": ("contact name", "contact", "联系人", "聯絡人"), "title": ("contact title", "职务")},
}


def suggest(
    kind: ImportKind, headers: list[str], mapping: Mapping | None = None
) -> dict[str, dict[str, Any]]:
    """Canonical column -> source column: exact names first, then the kind's aliases, then common ones.

    Each source column is used at most once; columns that nothing fits are left out.
    """
    by_normal = {normal(header): header for header in headers if header}
    taken: set[str] = set()
    found: dict[str, dict[str, Any]] = {}
    own = BY_KIND.get(kind.name, {})
    rounds = (
        lambda column: (column.name,),
        lambda column: (*column.aliases, *own.get(column.name, ())),
        lambda column: ALIASES.get(column.name, ()),
    )
    for names_of in rounds:
        for column in kind.columns:
            if column.name in found or (mapping and column.name in mapping.constants):
                continue
            for name in names_of(column):
                header = by_normal.get(normal(name))
                if header is not None and header not in taken:
                    found[column.name] = {"column": header}
                    taken.add(header)
                    break
    for column in kind.columns:
        if column.gathers and column.name in found:
            own_names = {normal(name) for name in (column.name, *column.aliases)}
            parts = [h for h in headers if normal(h) in own_names and h not in taken]
            if parts:
                found[column.name] = {"concat": [found[column.name]["column"], *parts]}
                taken.update(parts)
    return {column.name: found[column.name] for column in kind.columns if column.name in found}
