"""Urls of orders."""

from django.urls import path

from orders.views import acts, orders
from salesops.documents.views.printing import PrintPage

app_name = "orders"
urlpatterns = [
    path("returns/", orders.ReturnList.as_view(), name="return_list"),
    path("orders/", orders.OrderList.as_view(), name="order_list"),
    path("orders/new/", orders.OrderCreate.as_view(), name="order_create"),
    path("orders/preview/", orders.OrderPreview.as_view(), name="order_preview"),
    path("orders/<int:pk>/", orders.OrderDetail.as_view(), name="order_detail"),
    path("orders/<int:pk>/edit/", orders.OrderUpdate.as_view(), name="order_edit"),
    path("orders/<int:pk>/submit/", acts.OrderSubmit.as_view(), name="order_submit"),
    path("orders/<int:pk>/return/", acts.OrderReturnToDraft.as_view(), name="order_return"),
    path("orders/<int:pk>/confirm/", acts.OrderConfirm.as_view(), name="order_confirm"),
    path("orders/<int:pk>/differences/", acts.OrderDifferences.as_view(), name="order_differences"),
    path("orders/<int:pk>/wait/", acts.OrderWait.as_view(), name="order_wait"),
    path("orders/<int:pk>/arrange/", acts.OrderArrange.as_view(), name="order_arrange"),
    path("orders/<int:pk>/ship/", acts.OrderShip.as_view(), name="order_ship"),
    path("orders/<int:pk>/cancel/", acts.OrderCancel.as_view(), name="order_cancel"),
    path("orders/<int:pk>/record-return/", acts.OrderRecordReturn.as_view(), name="order_record_return"),
    path(
        "orders/<int:pk>/print/",
        PrintPage.as_view(),
        {"key": "orders.confirmation"},
        name="order_print",
    ),
]
