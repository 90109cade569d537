"""The database's own guards of orders (quality §2): totals, immutability, moves, parties, returns.

``salesops.undo_import`` is a transaction-local setting with which the undo of an import may remove the rows that
the import itself created (``SET LOCAL salesops.undo_import = 'on'``); nothing else deletes posted rows.
"""

from django.db import migrations

ORDER_GUARD = """
CREATE FUNCTION orders_order_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE legal text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.born_txid := pg_current_xact_id()::text::bigint;
    ELSIF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' AND coalesce(current_setting('salesops.undo_import', true), '') <> 'on' THEN
            RAISE EXCEPTION 'orders_order_no_delete: order % is posted', OLD.number USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    ELSE
        NEW.born_txid := OLD.born_txid;
        PERFORM set_config('salesops.order_summed', '', true);
        IF NEW.state <> OLD.state THEN
            legal := CASE OLD.state
                WHEN 'draft' THEN 'submitted cancelled'
                WHEN 'submitted' THEN 'draft confirmed cancelled'
                WHEN 'confirmed' THEN 'shipped cancelled'
                ELSE '' END;
            IF OLD.born_txid IS DISTINCT FROM pg_current_xact_id()::text::bigint
               AND NOT NEW.state = ANY (string_to_array(legal, ' ')) THEN
                RAISE EXCEPTION 'orders_order_illegal_move: % from % to %', OLD.number, OLD.state, NEW.state
                    USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        IF OLD.state <> 'draft' AND OLD.born_txid IS DISTINCT FROM pg_current_xact_id()::text::bigint AND
           (NEW.number, NEW.customer_id, NEW.contract_id, NEW.owner_id, NEW.team_id, NEW.region, NEW.order_date,
            NEW.currency_id, NEW.base_rate, NEW.net, NEW.tax, NEW.freight, NEW.total, NEW.base_net, NEW.base_total)
           IS DISTINCT FROM
           (OLD.number, OLD.customer_id, OLD.contract_id, OLD.owner_id, OLD.team_id, OLD.region, OLD.order_date,
            OLD.currency_id, OLD.base_rate, OLD.net, OLD.tax, OLD.freight, OLD.total, OLD.base_net, OLD.base_total)
        THEN
            RAISE EXCEPTION 'orders_order_immutable: order % is no draft', OLD.number
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number THEN
            RAISE EXCEPTION 'orders_order_number_kept: % keeps its number', OLD.number
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state = 'shipped' AND OLD.born_txid IS DISTINCT FROM pg_current_xact_id()::text::bigint
           AND NEW.shipped_date IS DISTINCT FROM OLD.shipped_date THEN
            RAISE EXCEPTION 'orders_order_shipped_kept: order % was shipped', OLD.number
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.contract_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM contracts_contract c WHERE c.id = NEW.contract_id AND c.customer_id = NEW.customer_id
    ) THEN
        RAISE EXCEPTION 'orders_order_contract_of_customer: the contract belongs to another customer'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_order_guard BEFORE INSERT OR UPDATE OR DELETE ON orders_order
    FOR EACH ROW EXECUTE FUNCTION orders_order_guard();
"""

LINE_GUARD = """
CREATE FUNCTION orders_orderline_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent record; parent_id bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN parent_id := OLD.order_id; ELSE parent_id := NEW.order_id; END IF;
    PERFORM set_config('salesops.order_summed', '', true);
    IF TG_OP = 'UPDATE' AND NEW.order_id <> OLD.order_id THEN
        RAISE EXCEPTION 'orders_orderline_stays: a line stays with its order' USING ERRCODE = 'check_violation';
    END IF;
    SELECT o.state, o.born_txid, o.number INTO parent FROM orders_order o WHERE o.id = parent_id;
    IF parent.state <> 'draft'
       AND parent.born_txid IS DISTINCT FROM pg_current_xact_id()::text::bigint
       AND NOT (TG_OP = 'DELETE' AND coalesce(current_setting('salesops.undo_import', true), '') = 'on')
    THEN
        RAISE EXCEPTION 'orders_orderline_immutable: order % is no draft', parent.number
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_orderline_guard BEFORE INSERT OR UPDATE OR DELETE ON orders_orderline
    FOR EACH ROW EXECUTE FUNCTION orders_orderline_guard();
"""

SUMS = """
CREATE FUNCTION orders_order_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head record; sums record; key bigint;
BEGIN
    IF TG_TABLE_NAME = 'orders_order' THEN key := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN key := OLD.order_id;
    ELSE key := NEW.order_id; END IF;
    -- An order with many lines queues many checks; the writes reset this mark, so one sum is enough.
    IF current_setting('salesops.order_summed', true) = key::text THEN RETURN NULL; END IF;
    SELECT o.net, o.tax, o.base_net, o.state, o.number INTO head FROM orders_order o WHERE o.id = key;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT coalesce(sum(l.net), 0) AS net, coalesce(sum(l.tax), 0) AS tax, coalesce(sum(l.base_net), 0) AS base_net
        INTO sums FROM orders_orderline l WHERE l.order_id = key;
    IF (head.net, head.tax, head.base_net) IS DISTINCT FROM (sums.net, sums.tax, sums.base_net) THEN
        RAISE EXCEPTION 'orders_order_is_sum_of_lines: order % says % + %, its lines % + %',
            coalesce(head.number, key::text), head.net, head.tax, sums.net, sums.tax
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM set_config('salesops.order_summed', key::text, true);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER orders_order_is_sum_of_lines AFTER INSERT OR UPDATE OF net, tax, base_net ON orders_order
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_order_sums();
CREATE CONSTRAINT TRIGGER orders_orderline_adds_up AFTER INSERT OR UPDATE OR DELETE ON orders_orderline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_order_sums();
"""

RETURN_GUARD = """
CREATE FUNCTION orders_return_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head record; bought record; back record;
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('salesops.undo_import', true), '') = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'orders_return_immutable: a recorded return stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    SELECT o.state, o.net, o.shipped_date, o.number INTO head
        FROM orders_order o WHERE o.id = NEW.order_id FOR UPDATE;
    IF head.state <> 'shipped' OR NEW.return_date < head.shipped_date THEN
        RAISE EXCEPTION 'orders_return_after_shipment: order % was not shipped by then', head.number
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(sum(r.net), 0) AS net INTO back FROM orders_return r WHERE r.order_id = NEW.order_id;
    IF back.net + NEW.net > head.net THEN
        RAISE EXCEPTION 'orders_return_within_order: more than order % was worth', head.number
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.line_id IS NOT NULL THEN
        SELECT l.order_id, l.quantity, l.net INTO bought FROM orders_orderline l WHERE l.id = NEW.line_id;
        SELECT coalesce(sum(r.quantity), 0) AS quantity, coalesce(sum(r.net), 0) AS net INTO back
            FROM orders_return r WHERE r.line_id = NEW.line_id;
        IF bought.order_id <> NEW.order_id THEN
            RAISE EXCEPTION 'orders_return_line_of_order: the line belongs to another order'
                USING ERRCODE = 'check_violation';
        END IF;
        IF back.quantity + NEW.quantity > bought.quantity OR back.net + NEW.net > bought.net THEN
            RAISE EXCEPTION 'orders_return_within_line: more than was shipped on the line'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_return_guard BEFORE INSERT OR UPDATE OR DELETE ON orders_return
    FOR EACH ROW EXECUTE FUNCTION orders_return_guard();
"""

UNDO = """
DROP TRIGGER orders_return_guard ON orders_return;
DROP FUNCTION orders_return_guard();
DROP TRIGGER orders_orderline_adds_up ON orders_orderline;
DROP TRIGGER orders_order_is_sum_of_lines ON orders_order;
DROP FUNCTION orders_order_sums();
DROP TRIGGER orders_orderline_guard ON orders_orderline;
DROP FUNCTION orders_orderline_guard();
DROP TRIGGER orders_order_guard ON orders_order;
DROP FUNCTION orders_order_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_numbers_and_indexes"),
        ("contracts", "0003_guards"),
    ]

    operations = [
        migrations.RunSQL([ORDER_GUARD, LINE_GUARD, SUMS, RETURN_GUARD], [UNDO]),
    ]
