"""What the database itself holds of files: a stored file never changes, a version keeps what it is."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION documents_storedfile_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'documents_storedfile_unchanged: file % is in the store', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER documents_storedfile_guard BEFORE UPDATE OR DELETE ON documents_storedfile
    FOR EACH ROW EXECUTE FUNCTION documents_storedfile_guard();

CREATE FUNCTION documents_attachment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'documents_attachment_no_delete: file % is voided, not removed', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.subject_type_id, NEW.subject_id, NEW.file_id, NEW.edition, NEW.replaces_id, NEW.added_at, NEW.created_by_id)
       IS DISTINCT FROM
       (OLD.subject_type_id, OLD.subject_id, OLD.file_id, OLD.edition, OLD.replaces_id, OLD.added_at, OLD.created_by_id)
       OR OLD.voided_at IS NOT NULL AND (NEW.voided_at, NEW.void_reason) IS DISTINCT FROM (OLD.voided_at, OLD.void_reason)
    THEN
        RAISE EXCEPTION 'documents_attachment_unchanged: file % stays what it was', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_attachment_guard BEFORE UPDATE OR DELETE ON documents_attachment
    FOR EACH ROW EXECUTE FUNCTION documents_attachment_guard();
"""
BACK = """
DROP TRIGGER documents_attachment_guard ON documents_attachment;
DROP FUNCTION documents_attachment_guard();
DROP TRIGGER documents_storedfile_guard ON documents_storedfile;
DROP FUNCTION documents_storedfile_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_files")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
