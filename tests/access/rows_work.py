"""Who may open which page of tasks, requests and comments."""

from django.utils import timezone

from salesops.work import services
from salesops.work.subjects import reference
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.customers import make_customer
from tests.factories.work import make_request, make_task

EVERYBODY = {"*": OK}
# A task that Bob gave Alice: both, their line of superiors, those who oversee; Asha assists the team.
SEE_TASK = {"alice bob asha mona gina aida": OK, "*": MISSING}
OWNER = {"alice": OK, "bob asha mona gina aida": FORBIDDEN, "*": MISSING}
STEER = {"bob mona gina": OK, "alice asha aida": FORBIDDEN, "*": MISSING}
REOPEN = {"alice bob mona gina": OK, "asha aida": FORBIDDEN, "*": MISSING}
# A request of Alice to the office: the office's people answer, the lines of superiors look.
OFFICE = "dora hugo otto lena sam root"
LINE = "bob asha mona gina"
ANSWER = {f"{OFFICE} aida": OK, f"alice {LINE}": FORBIDDEN, "*": MISSING}
CLOSE = {"alice": OK, f"{OFFICE} aida {LINE}": FORBIDDEN, "*": MISSING}


def task(cast):
    return make_task(cast.bob, cast.alice)


def done_task(cast):
    return services.finish_task(actor=cast.alice, at=timezone.now(), task=task(cast), result="Done")


def request(cast):
    return make_request(cast.alice, cast.office)


def answered(cast):
    return services.answer_request(actor=cast.otto, at=timezone.now(), request=request(cast), answer="Yes")


def declined(cast):
    return services.decline_request(actor=cast.otto, at=timezone.now(), request=request(cast), reason="No")


def about_customer(cast):
    customer = make_customer(cast.alice, name="Canary Trading")
    return None, {"reference": reference(customer)}


def comment(cast):
    customer = make_customer(cast.alice, name="Canary Trading")
    return services.add_comment(actor=cast.alice, at=timezone.now(), subject=customer, text="Canary words")


SEE_CUSTOMER = {"alice asha bob mona gina aida dora sam": OK, "*": MISSING}


def act(name, make, answers):
    return Row(f"work:{name}", make=make, get=answers, post=answers, canary="Canary")


ROWS = [
    Row(
        "work:task_list",
        make=lambda cast: (task(cast) and None, {}),
        get=EVERYBODY,
        post=EVERYBODY,
        canary="Canary task",
        hides="carol dora hugo otto lena sam root",
    ),
    Row("work:task_create", get=EVERYBODY, post=EVERYBODY),
    Row("work:task_detail", make=task, get=SEE_TASK, canary="Canary task"),
    act("task_edit", task, STEER),
    act("task_progress", task, OWNER),
    act("task_finish", task, OWNER),
    act("task_reopen", done_task, REOPEN),
    act("task_cancel", task, STEER),
    Row(
        "work:departmentrequest_list",
        make=lambda cast: (request(cast) and None, {}),
        get=EVERYBODY,
        canary="Canary request",
        hides="carol",
    ),
    Row("work:departmentrequest_create", get=EVERYBODY, post=EVERYBODY),
    Row(
        "work:departmentrequest_detail",
        make=request,
        get={"carol": MISSING, "*": OK},
        canary="Canary request",
    ),
    act("departmentrequest_take", request, ANSWER),
    act("departmentrequest_answer", request, ANSWER),
    act("departmentrequest_decline", request, ANSWER),
    act("departmentrequest_accept", answered, CLOSE),
    act("departmentrequest_send_back", answered, CLOSE),
    act("departmentrequest_again", declined, CLOSE),
    act("departmentrequest_withdraw", request, CLOSE),
    Row("work:comment_create", make=about_customer, get=SEE_CUSTOMER, post=SEE_CUSTOMER, canary="Canary"),
    Row(
        "work:comment_retract",
        make=comment,
        get={"alice": OK, "asha bob mona gina aida dora sam": FORBIDDEN, "*": MISSING},
        post={"alice": OK, "asha bob mona gina aida dora sam": FORBIDDEN, "*": MISSING},
        canary="Canary words",
    ),
]
