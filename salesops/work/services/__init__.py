"""Tasks, requests between departments, comments: one function per act."""

from salesops.work.services.comments import add_comment, retract_comment
from salesops.work.services.requests import (
    accept_answer,
    answer_request,
    ask_again,
    ask_department,
    decline_request,
    end_request_along,
    move_request_along,
    send_back,
    take_request,
    withdraw_request,
)
from salesops.work.services.tasks import (
    cancel_task,
    change_task,
    create_task,
    end_task_along,
    finish_task,
    move_task_along,
    reopen_task,
    report_progress,
    task_for,
)

__all__ = [
    "accept_answer",
    "add_comment",
    "answer_request",
    "ask_again",
    "ask_department",
    "cancel_task",
    "change_task",
    "create_task",
    "decline_request",
    "end_request_along",
    "end_task_along",
    "finish_task",
    "move_request_along",
    "move_task_along",
    "reopen_task",
    "report_progress",
    "retract_comment",
    "send_back",
    "take_request",
    "task_for",
    "withdraw_request",
]
