"""A contract in force does not change (B7, quality §2): moves, parties and amount are guarded by the database."""

from django.db import migrations

GUARD = """
CREATE FUNCTION contracts_contract_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE legal text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' AND coalesce(current_setting('salesops.undo_import', true), '') <> 'on' THEN
            RAISE EXCEPTION 'contracts_contract_no_delete: contract % is registered', OLD.number
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.state <> OLD.state THEN
        legal := CASE OLD.state
            WHEN 'draft' THEN 'effective void'
            WHEN 'effective' THEN 'completed terminated'
            ELSE '' END;
        IF NOT NEW.state = ANY (string_to_array(legal, ' ')) THEN
            RAISE EXCEPTION 'contracts_contract_illegal_move: % from % to %', OLD.number, OLD.state, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF OLD.state <> 'draft' AND
       (NEW.number, NEW.customer_id, NEW.owner_id, NEW.team_id, NEW.kind, NEW.currency_id, NEW.amount,
        NEW.base_rate, NEW.base_amount, NEW.signed_date, NEW.start_date)
       IS DISTINCT FROM
       (OLD.number, OLD.customer_id, OLD.owner_id, OLD.team_id, OLD.kind, OLD.currency_id, OLD.amount,
        OLD.base_rate, OLD.base_amount, OLD.signed_date, OLD.start_date)
    THEN
        RAISE EXCEPTION 'contracts_contract_immutable: contract % is no draft', OLD.number
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'draft' AND NEW.end_date IS DISTINCT FROM OLD.end_date AND NEW.state <> 'terminated' THEN
        RAISE EXCEPTION 'contracts_contract_end_kept: contract % ends by an act only', OLD.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contracts_contract_guard BEFORE UPDATE OR DELETE ON contracts_contract
    FOR EACH ROW EXECUTE FUNCTION contracts_contract_guard();
"""
UNDO = (
    "DROP TRIGGER contracts_contract_guard ON contracts_contract; DROP FUNCTION contracts_contract_guard();"
)


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_register_and_numbers")]

    operations = [migrations.RunSQL([GUARD], [UNDO])]
