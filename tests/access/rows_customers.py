"""Who may open which page of customer work."""

from django.utils import timezone

from customers.models import HandOver, PoolCustomer, PoolRule, model_in_force
from customers.services import (
    block,
    invite,
    make_pack,
    merge_customers,
    open_claim,
    release,
    save_address,
    save_tax_profile,
)
from customers.services.grading import propose_grades
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.customers import make_contact, make_customer, make_visit

# Of a customer of Alice: who edits, who only looks; the rest does not see it at all.
EDIT = "alice asha bob mona"
LOOK = "gina aida dora sam"
EDITORS = {EDIT: OK, LOOK: FORBIDDEN, "*": MISSING}
VIEWERS = {f"{EDIT} {LOOK}": OK, "*": MISSING}
# Pages without a record: who has any customers.
SELLERS = {"alice asha bob carol mona": OK, "*": FORBIDDEN}
READERS = {"alice asha bob carol mona gina aida dora sam": OK, "*": FORBIDDEN}
EVERYBODY = {"*": OK}
NAME = "Canary Trading"


def customer(cast):
    return make_customer(cast.alice, name=NAME)


ASSIGNERS = {"bob mona": OK, f"alice asha {LOOK}": FORBIDDEN, "*": MISSING}
CLAIMANTS = {"alice bob carol mona gina aida dora sam": OK, "*": FORBIDDEN}
SELLERS_CLAIM = {"alice bob carol mona": OK, "*": FORBIDDEN}
CLAIM_READERS = {"carol bob mona gina aida dora sam": OK, "*": MISSING}


POOL = {"alice bob carol mona gina aida": OK, "*": FORBIDDEN}
POOL_ROW = {"alice bob carol mona gina aida": OK, "*": MISSING}
TAKERS = {"alice bob carol mona": OK, "gina aida": FORBIDDEN, "*": MISSING}
RULERS = {"mona gina": OK, "*": FORBIDDEN}
RULE_EDITORS = {"mona gina": OK, "alice asha bob carol aida": FORBIDDEN, "*": MISSING}


def in_pool(cast):
    file = customer(cast)
    release(actor=cast.mona, at=timezone.now(), customer=file, reason="Far away")
    return PoolCustomer.objects.get(pk=file.pk)


def pool_rule(cast):
    return PoolRule.objects.create(cause="contact", days=3000, from_date=timezone.localdate())


PACKS = {"alice asha bob carol mona gina hugo aida": OK, "*": FORBIDDEN}
PACK_READERS = {"alice carol bob mona gina hugo aida": OK, "*": MISSING}
PACK_SIGNERS = {"alice carol bob mona": OK, "gina hugo aida": FORBIDDEN, "*": MISSING}
PACK_STEERERS = {"bob mona": OK, "alice carol gina hugo aida": FORBIDDEN, "*": MISSING}


def pack(cast):
    """One between the two at a time."""
    customer(cast)
    going_on = HandOver.objects.filter(owner=cast.alice, taker=cast.carol, state="open").first()
    return going_on or make_pack(
        actor=cast.mona, at=timezone.now(), giver=cast.alice, taker=cast.carol, reason="Canary reason"
    )


BLOCKERS = {"mona gina": OK, "alice asha bob aida dora sam": FORBIDDEN, "*": MISSING}


def blocked(cast):
    return block(actor=None, at=timezone.now(), customer=customer(cast), scope="both", reason="Never pays")


def invitation(cast):
    today = timezone.localdate()
    return invite(actor=None, at=timezone.now(), customer=customer(cast), person=cast.hugo, to_date=today)


def merging(cast):
    other = make_customer(cast.alice, name="Other name")
    return merge_customers(actor=None, at=timezone.now(), keep=customer(cast), merged=other, reason="One")


def claim(cast):
    """A claim of Carol to a customer of Bob."""
    file = make_customer(cast.bob, name=NAME)
    claimant = next(person for person in (cast.carol, cast.alice, cast.mona) if person != cast.bob)
    return open_claim(
        actor=claimant, at=timezone.now(), customer=file, wish="take", reason="I knew them before"
    )


def contact(cast):
    return make_contact(customer(cast), name="Canary Contact")


def address(cast):
    return save_address(actor=None, at=timezone.now(), customer=customer(cast), text="1 Canary Street")


def title(cast):
    return save_tax_profile(actor=None, at=timezone.now(), customer=customer(cast), title="Canary Title")


MODEL_READERS = {"alice asha bob carol mona gina dora sam aida": OK, "*": FORBIDDEN}


def grading(cast):
    return propose_grades(on=timezone.localdate(), at=timezone.now(), customers=[customer(cast).pk])[0]


def planned(cast):
    return make_visit(customer(cast), on=timezone.localdate(), done=False, purpose="Canary purpose")


def with_customer(cast):
    customer(cast)
    return None, {}


ROWS = [
    Row("customers:customer_list", make=with_customer, get=READERS, canary=NAME, hides="carol"),
    Row("customers:customer_create", get=SELLERS, post=SELLERS),
    Row("customers:customer_duplicates", get=None, post=SELLERS),
    Row("customers:customer_detail", make=customer, get=VIEWERS, canary=NAME),
    Row("customers:customer_edit", make=customer, get=EDITORS, post=EDITORS, canary=NAME),
    Row(
        "customers:customer_credit",
        make=customer,
        get={"mona dora gina": OK, "alice asha bob aida sam": FORBIDDEN, "*": MISSING},
        post={"mona dora gina": OK, "alice asha bob aida sam": FORBIDDEN, "*": MISSING},
        canary=NAME,
    ),
    Row(
        "customers:customer_assign",
        make=customer,
        get={"bob mona": OK, f"alice asha {LOOK}": FORBIDDEN, "*": MISSING},
        post={"bob mona": OK, f"alice asha {LOOK}": FORBIDDEN, "*": MISSING},
        canary=NAME,
    ),
    Row("customers:customer_shares", make=customer, get=ASSIGNERS, post=ASSIGNERS, canary=NAME),
    Row("customers:customer_protect", make=customer, get=ASSIGNERS, post=ASSIGNERS, canary=NAME),
    Row("customers:customer_merge", make=customer, get=ASSIGNERS, post=ASSIGNERS, canary=NAME),
    Row(
        "customers:customer_invite",
        make=customer,
        get={"alice bob mona": OK, f"asha {LOOK}": FORBIDDEN, "*": MISSING},
        post={"alice bob mona": OK, f"asha {LOOK}": FORBIDDEN, "*": MISSING},
        canary=NAME,
    ),
    Row(
        "customers:collaborator_end",
        make=invitation,
        get={"alice bob mona hugo": OK, f"asha {LOOK}": FORBIDDEN, "*": MISSING},
        post={"alice bob mona hugo": OK, f"asha {LOOK}": FORBIDDEN, "*": MISSING},
        canary=NAME,
    ),
    Row("customers:customermerge_undo", make=merging, get=ASSIGNERS, post=ASSIGNERS, canary=NAME),
    Row(
        "customers:ownershipclaim_list",
        make=lambda cast: (claim(cast) and None, {}),
        get=CLAIMANTS,
        canary=NAME,
        hides="alice",
    ),
    Row("customers:ownershipclaim_create", get=SELLERS_CLAIM, post=SELLERS_CLAIM),
    Row("customers:ownershipclaim_detail", make=claim, get=CLAIM_READERS, canary=NAME),
    Row(
        "customers:ownershipclaim_withdraw",
        make=claim,
        get={"carol": OK, "bob mona gina aida dora sam": FORBIDDEN, "*": MISSING},
        post={"carol": OK, "bob mona gina aida dora sam": FORBIDDEN, "*": MISSING},
        canary=NAME,
    ),
    Row(
        "customers:customer_release",
        make=customer,
        get={"alice bob mona": OK, f"asha {LOOK}": FORBIDDEN, "*": MISSING},
        post={"alice bob mona": OK, f"asha {LOOK}": FORBIDDEN, "*": MISSING},
        canary=NAME,
    ),
    Row("customers:poolcustomer_list", get=POOL, canary=NAME),
    Row("customers:poolcustomer_detail", make=in_pool, get=POOL_ROW, canary=NAME),
    Row("customers:poolcustomer_claim", make=in_pool, get=TAKERS, post=TAKERS, canary=NAME),
    Row("customers:pool_report", get={"bob mona gina aida": OK, "*": FORBIDDEN}),
    Row("customers:poolmove_list", get=POOL),
    Row("customers:poolrule_list", get={"alice asha bob carol mona gina aida": OK, "*": FORBIDDEN}),
    Row("customers:poolrule_create", get=RULERS, post=RULERS),
    Row(
        "customers:poolrule_detail",
        make=pool_rule,
        get={"alice asha bob carol mona gina aida": OK, "*": MISSING},
    ),
    Row("customers:poolrule_edit", make=pool_rule, get=RULE_EDITORS, post=RULE_EDITORS),
    Row("customers:poolrule_end", make=pool_rule, get=RULE_EDITORS, post=RULE_EDITORS),
    Row("customers:handover_list", get=PACKS),
    Row(
        "customers:handover_create",
        get={"bob mona": OK, "*": FORBIDDEN},
        post={"bob mona": OK, "*": FORBIDDEN},
    ),
    Row("customers:handover_detail", make=pack, get=PACK_READERS, canary="Canary reason"),
    Row("customers:handover_add", make=pack, get=PACK_SIGNERS, post=PACK_SIGNERS, canary="Canary reason"),
    Row("customers:handover_print", make=pack, get=PACK_READERS, canary="Canary reason"),
    Row("customers:handover_sign", make=pack, get=None, post=PACK_SIGNERS, canary="Canary reason"),
    Row(
        "customers:handover_cancel", make=pack, get=PACK_STEERERS, post=PACK_STEERERS, canary="Canary reason"
    ),
    Row("customers:customer_block", make=customer, get=BLOCKERS, post=BLOCKERS, canary=NAME),
    Row("customers:customer_unblock", make=blocked, get=BLOCKERS, post=BLOCKERS, canary=NAME),
    Row("customers:contact_create", make=customer, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:address_create", make=customer, get=EDITORS, post=EDITORS, canary=NAME),
    Row(
        "customers:contact_list",
        make=lambda cast: (contact(cast) and None, {}),
        get=READERS,
        canary="Canary Contact",
        hides="carol",
    ),
    Row("customers:contact_detail", make=contact, get=VIEWERS, canary="Canary Contact"),
    Row("customers:contact_edit", make=contact, get=EDITORS, post=EDITORS, canary="Canary Contact"),
    Row(
        "customers:contact_reveal",
        make=contact,
        get={f"{EDIT} gina dora sam": OK, "aida": FORBIDDEN, "*": MISSING},
        post={f"{EDIT} gina dora sam": OK, "aida": FORBIDDEN, "*": MISSING},
        canary="Canary Contact",
    ),
    Row("customers:customer_watch", get=READERS),
    Row("customers:customer_confirm", make=customer, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:customer_grade", make=customer, get=EDITORS, post=EDITORS, canary=NAME),
    Row(
        "customers:customergrading_list",
        make=lambda cast: (grading(cast) and None, {}),
        get=READERS,
        post=READERS,
        canary=NAME,
        hides="carol",
    ),
    Row("customers:customergrading_detail", make=grading, get=VIEWERS, canary=NAME),
    Row("customers:customergrading_decide", make=grading, get=ASSIGNERS, post=ASSIGNERS, canary=NAME),
    Row("customers:grademodel_list", get=MODEL_READERS),
    Row("customers:grademodel_create", get=RULERS, post=RULERS),
    Row(
        "customers:grademodel_detail",
        make=lambda cast: model_in_force(timezone.localdate()),
        get={"alice asha bob carol mona gina dora sam aida": OK, "*": MISSING},
    ),
    Row("customers:customer_group", make=customer, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:taxprofile_create", make=customer, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:taxprofile_edit", make=title, get=EDITORS, post=EDITORS, canary="Canary Title"),
    Row("customers:taxprofile_end", make=title, get=EDITORS, post=EDITORS, canary="Canary Title"),
    Row("customers:address_edit", make=address, get=EDITORS, post=EDITORS, canary="Canary Street"),
    Row("customers:address_remove", make=address, get=EDITORS, post=EDITORS, canary="Canary Street"),
    Row(
        "customers:visit_list",
        make=lambda cast: (planned(cast) and None, {}),
        get=READERS,
        canary="Canary purpose",
        hides="carol",
    ),
    Row("customers:visit_create", get=SELLERS, post=SELLERS),
    Row("customers:visit_log_new", get=SELLERS, post=SELLERS),
    Row(
        "customers:visit_calendar",
        make=lambda cast: (planned(cast) and None, {}),
        get=READERS,
        canary=NAME,
        hides="carol",
    ),
    Row("customers:visit_plan_and_done", get=READERS),
    Row("customers:visit_detail", make=planned, get=VIEWERS, canary="Canary purpose"),
    Row("customers:visit_edit", make=planned, get=EDITORS, post=EDITORS, canary="Canary purpose"),
    Row("customers:visit_log", make=planned, get=EDITORS, post=EDITORS, canary="Canary purpose"),
    Row("customers:visit_replan", make=planned, get=EDITORS, post=EDITORS, canary="Canary purpose"),
    Row("customers:visit_cancel", make=planned, get=EDITORS, post=EDITORS, canary="Canary purpose"),
]
