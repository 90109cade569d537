"""Urls of orders."""

from django.urls import path

from orders import views
from salesops.documents.views.printing import PrintPage

app_name = "orders"
urlpatterns = [
    path("returns/", views.ReturnList.as_view(), name="return_list"),
    path("orders/", views.OrderList.as_view(), name="order_list"),
    path("orders/new/", views.OrderCreate.as_view(), name="order_create"),
    path("orders/preview/", views.OrderPreview.as_view(), name="order_preview"),
    path("orders/<int:pk>/", views.OrderDetail.as_view(), name="order_detail"),
    path("orders/<int:pk>/edit/", views.OrderUpdate.as_view(), name="order_edit"),
    path("orders/<int:pk>/submit/", views.OrderSubmit.as_view(), name="order_submit"),
    path("orders/<int:pk>/return/", views.OrderReturnToDraft.as_view(), name="order_return"),
    path("orders/<int:pk>/confirm/", views.OrderConfirm.as_view(), name="order_confirm"),
    path("orders/<int:pk>/differences/", views.OrderDifferences.as_view(), name="order_differences"),
    path("orders/<int:pk>/wait/", views.OrderWait.as_view(), name="order_wait"),
    path("orders/<int:pk>/arrange/", views.OrderArrange.as_view(), name="order_arrange"),
    path("orders/<int:pk>/ship/", views.OrderShip.as_view(), name="order_ship"),
    path("orders/<int:pk>/cancel/", views.OrderCancel.as_view(), name="order_cancel"),
    path("orders/<int:pk>/record-return/", views.OrderRecordReturn.as_view(), name="order_record_return"),
    path(
        "orders/<int:pk>/print/",
        PrintPage.as_view(),
        {"key": "orders.confirmation"},
        name="order_print",
    ),
]
