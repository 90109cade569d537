"""Pages of everyday work."""

from django.urls import path

from salesops.work.views import comments, requests, tasks

app_name = "work"
urlpatterns = [
    path("tasks/", tasks.TaskList.as_view(), name="task_list"),
    path("tasks/new/", tasks.TaskCreate.as_view(), name="task_create"),
    path("tasks/<int:pk>/", tasks.TaskPage.as_view(), name="task_detail"),
    path("tasks/<int:pk>/edit/", tasks.TaskEdit.as_view(), name="task_edit"),
    path("tasks/<int:pk>/progress/", tasks.TaskProgress.as_view(), name="task_progress"),
    path("tasks/<int:pk>/finish/", tasks.TaskFinish.as_view(), name="task_finish"),
    path("tasks/<int:pk>/reopen/", tasks.TaskReopen.as_view(), name="task_reopen"),
    path("tasks/<int:pk>/cancel/", tasks.TaskCancel.as_view(), name="task_cancel"),
    path("requests/", requests.RequestList.as_view(), name="departmentrequest_list"),
    path("requests/new/", requests.RequestCreate.as_view(), name="departmentrequest_create"),
    path("requests/<int:pk>/", requests.RequestPage.as_view(), name="departmentrequest_detail"),
    path("requests/<int:pk>/take/", requests.RequestTake.as_view(), name="departmentrequest_take"),
    path("requests/<int:pk>/answer/", requests.RequestAnswer.as_view(), name="departmentrequest_answer"),
    path("requests/<int:pk>/decline/", requests.RequestDecline.as_view(), name="departmentrequest_decline"),
    path("requests/<int:pk>/accept/", requests.RequestAccept.as_view(), name="departmentrequest_accept"),
    path(
        "requests/<int:pk>/send-back/", requests.RequestSendBack.as_view(), name="departmentrequest_send_back"
    ),
    path("requests/<int:pk>/again/", requests.RequestAgain.as_view(), name="departmentrequest_again"),
    path(
        "requests/<int:pk>/withdraw/", requests.RequestWithdraw.as_view(), name="departmentrequest_withdraw"
    ),
    path("comments/<str:reference>/new/", comments.CommentCreate.as_view(), name="comment_create"),
    path("comments/<int:pk>/retract/", comments.CommentRetract.as_view(), name="comment_retract"),
]
