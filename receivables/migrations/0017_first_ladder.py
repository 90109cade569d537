"""The ladder that a new company starts with (domain §7); finance writes later versions of it."""

from datetime import date

from django.db import migrations

FRIENDLY = (
    "Friendly reminder of {number}",
    "Dear Sir or Madam,\n\naccording to our books {amount} of {customer} is overdue, the oldest part for {days} days. "
    "It may have escaped your notice; please pay until {deadline}, or tell us why not. "
    "If you have paid in the meantime, thank you, and please disregard this letter.",
    "友情提醒 {number}",
    "尊敬的客户:\n\n根据我司账目,{customer}有 {amount} 已逾期,最早的一笔已逾期 {days} 天。"
    "可能是贵司一时疏忽,请于 {deadline} 前付款,或告知未付原因。如已付款,谨致谢意,请忽略本函。",
    "貼心提醒 {number}",
    "敬啟者:\n\n依本公司帳載,{customer}尚有 {amount} 已逾期,最早一筆已逾期 {days} 天。"
    "想係貴公司一時疏忽,敬請於 {deadline} 前付款,或告知未付原因。如已付款,謹致謝意,並請忽略本函。",
)
FIRST = (
    "Demand for payment {number}",
    "Dear Sir or Madam,\n\nin spite of our reminder {amount} of {customer} is still unpaid; the oldest item is {days} days "
    "overdue. We ask you to pay the amounts listed below until {deadline} to the account named here. "
    "Until then we accept new orders only against payment in advance.",
    "催款函(第一次) {number}",
    "尊敬的客户:\n\n经我司提醒,{customer}尚有 {amount} 未付,最早的一笔已逾期 {days} 天。"
    "请于 {deadline} 前将下列款项汇至本函所列账户。在此之前,新订单须预付货款。",
    "催款函(第一次) {number}",
    "敬啟者:\n\n經本公司提醒,{customer}尚有 {amount} 未付,最早一筆已逾期 {days} 天。"
    "敬請於 {deadline} 前將下列款項匯至本函所載帳戶。在此之前,新訂單須預付貨款。",
)
SECOND = (
    "Second demand for payment {number}",
    "Dear Sir or Madam,\n\nour demands were not met: {amount} of {customer} is unpaid, the oldest item for {days} days. "
    "We ask for payment until {deadline}, or for a proposal of instalments before that day. "
    "Until then nothing is shipped.",
    "催款函(第二次) {number}",
    "尊敬的客户:\n\n我司多次催款未果,{customer}尚欠 {amount},最早的一笔已逾期 {days} 天。"
    "请于 {deadline} 前付款,或在该日之前提出分期付款方案。在此之前,我司暂停发货。",
    "催款函(第二次) {number}",
    "敬啟者:\n\n本公司多次催款未果,{customer}尚欠 {amount},最早一筆已逾期 {days} 天。"
    "敬請於 {deadline} 前付款,或於該日之前提出分期付款方案。在此之前,本公司暫停出貨。",
)
FINAL = (
    "Final notice before legal action {number}",
    "Dear Sir or Madam,\n\nthis is our last demand: {amount} of {customer} is unpaid, the oldest item for {days} days. "
    "If the money does not reach us until {deadline}, we hand the claim to our lawyers without further notice; "
    "the costs are then yours. Orders and shipments rest.",
    "最后催款通知 {number}",
    "尊敬的客户:\n\n这是我司最后一次催款:{customer}尚欠 {amount},最早的一笔已逾期 {days} 天。"
    "若款项未于 {deadline} 前到账,我司将不再另行通知,委托律师追索,由此产生的费用由贵司承担。订单与发货均暂停。",
    "最後催款通知 {number}",
    "敬啟者:\n\n此為本公司最後一次催款:{customer}尚欠 {amount},最早一筆已逾期 {days} 天。"
    "若款項未於 {deadline} 前入帳,本公司將不再另行通知,委任律師追討,所生費用由貴公司負擔。訂單與出貨均暫停。",
)
NONE = ("",) * 6
# level, from day, gap, again, way, who, superior told, days to pay, effect, words
LEVELS = (
    (1, 1, 0, 5, "call", "owner", False, 7, "warn", FRIENDLY),
    (2, 15, 7, 0, "letter", "owner", True, 7, "no_credit", FIRST),
    (3, 31, 10, 0, "visit", "lead", True, 10, "ship", SECOND),
    (4, 61, 10, 0, "letter", "manager", True, 7, "full", FINAL),
    (5, 91, 10, 0, "legal", "legal", True, 7, "full", NONE),
)
WORDS = ("subject_en", "text_en", "subject_zh_hans", "text_zh_hans", "subject_zh_hant", "text_zh_hant")
NAMES = (
    "level",
    "from_day",
    "gap_days",
    "repeat_days",
    "channel",
    "acts",
    "tells_superior",
    "deadline_days",
    "effect",
)


def seed(apps, schema_editor):
    policy = apps.get_model("receivables", "CollectionPolicy").objects.create(
        code="STANDARD", name="Standard", from_date=date(2000, 1, 1), tolerance=100
    )
    level = apps.get_model("receivables", "CollectionLevel")
    for *facts, words in LEVELS:
        level.objects.create(
            policy=policy,
            **dict(zip(NAMES, facts, strict=True)),
            **dict(zip(WORDS, words, strict=True)),
        )


class Migration(migrations.Migration):
    dependencies = [("receivables", "0016_collection_cases")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
