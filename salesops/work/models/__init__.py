"""Tasks, requests between departments, comments."""

from salesops.work.models.comments import Comment
from salesops.work.models.requests import DepartmentRequest
from salesops.work.models.tasks import Task

__all__ = ["Comment", "DepartmentRequest", "Task"]
