"""The classes of the handbook (DOC-01), and that a published version does not change."""

from django.db import migrations

CLASSES = [
    ("DY", "Market report", "市场分析报告", "市場分析報告", "internal", 5),
    ("YX", "Marketing plan", "营销策划方案", "行銷策劃方案", "internal", 5),
    ("HB", "Sales contract", "销售合同", "銷售合約", "secret", 10),
    ("CP", "Product requirement", "产品需求文档", "產品需求文件", "internal", 10),
    ("XJ", "Project plan", "项目计划", "專案計畫", "internal", 10),
    ("ZD", "Policy", "制度", "制度", "internal", 10),
]
READERS = ["rep", "assistant", "lead", "manager", "gm", "finance", "legal", "auditor"]

FORWARD = """
CREATE FUNCTION documents_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE legal text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'documents_document_no_delete: document % is archived, not removed', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    legal := CASE OLD.state
        WHEN 'draft' THEN 'draft in_review published archived'
        WHEN 'in_review' THEN 'in_review draft published'
        WHEN 'published' THEN 'published superseded archived'
        ELSE OLD.state END;
    IF NOT NEW.state = ANY (string_to_array(legal, ' ')) THEN
        RAISE EXCEPTION 'documents_document_illegal_move: from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'draft' AND
       (NEW.document_class_id, NEW.title, NEW.summary, NEW.file_id, NEW.author_id, NEW.edition, NEW.supersedes_id)
       IS DISTINCT FROM
       (OLD.document_class_id, OLD.title, OLD.summary, OLD.file_id, OLD.author_id, OLD.edition, OLD.supersedes_id)
       OR OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number
       OR OLD.published_on IS NOT NULL AND NEW.published_on IS DISTINCT FROM OLD.published_on
    THEN
        RAISE EXCEPTION 'documents_document_unchanged: document % is not a draft any more', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_document_guard BEFORE UPDATE OR DELETE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_document_guard();
"""
BACK = """
DROP TRIGGER documents_document_guard ON documents_document;
DROP FUNCTION documents_document_guard();
"""


def add_classes(apps, schema_editor):
    DocumentClass = apps.get_model("documents", "DocumentClass")
    for code, english, simplified, traditional, secrecy, years in CLASSES:
        DocumentClass.objects.get_or_create(
            code=code,
            defaults={
                "name_en": english,
                "name_zh_hans": simplified,
                "name_zh_hant": traditional,
                "secrecy": secrecy,
                "readers": READERS if secrecy == "secret" else [],
                "keep_years": years,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_documents")]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.RunPython(add_classes, migrations.RunPython.noop),
    ]
