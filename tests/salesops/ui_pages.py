"""Pages over products that exist only for the tests of the generic views."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from salesops import urls
from salesops.catalog.models import Product
from salesops.core.errors import Conflict
from salesops.ui.filters import RecordFilterSet
from salesops.ui.forms import RecordForm
from salesops.ui.tables import LinkColumn, MoneyColumn, RecordTable
from salesops.ui.views import (
    Act,
    ActionView,
    BulkAction,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class ProductTable(RecordTable):
    code = LinkColumn()
    list_price = MoneyColumn(currency="currency_id")

    class Meta:
        model = Product
        fields = ("code", "name", "category", "list_price", "unit")

    default_columns = ("code", "name", "category", "list_price")


class ProductFilter(RecordFilterSet):
    search_fields = ("code__istartswith", "name")

    class Meta:
        model = Product
        fields = ("category", "is_active")


class ProductForm(RecordForm):
    class Meta:
        model = Product
        fields = ("code", "name", "category", "currency", "list_price")

    more = ("category",)


def deactivate(objects, *, actor, at):
    for obj in objects:
        obj.is_active = False
        obj.save()


class ProductList(RecordListView):
    model = Product
    table_class = ProductTable
    filterset_class = ProductFilter
    totals = {"list_price": _("List price")}
    bulk_actions = (BulkAction("off", _("Deactivate"), "edit", deactivate),)
    add_url_name = "uitest:product_create"


class ProductPage(RecordDetailView):
    model = Product

    def facts(self, obj):
        return [("Code", obj.code), ("Name", obj.name), ("Unit", obj.unit)]

    def acts(self, obj):
        return [Act("Retire", f"/t/products/{obj.pk}/retire/", "edit", primary=True)]


class ProductCreate(RecordCreateView):
    model = Product
    form_class = ProductForm

    def perform(self, form, *, actor, at):
        if form.cleaned_data["code"] == "TAKEN":
            raise Conflict("This code is taken.", field="code")
        return Product.objects.create(**form.cleaned_data)

    def get_success_url(self, obj):
        return f"/t/products/{obj.pk}/"


class ProductEdit(RecordUpdateView):
    model = Product
    form_class = ProductForm

    def perform(self, form, *, actor, at):
        for name, value in form.cleaned_data.items():
            setattr(self.object, name, value)
        self.object.save()
        return self.object


class ProductRetire(ActionView):
    model = Product
    verb = "edit"
    title = "Retire"

    def perform(self, obj, form, *, actor, at):
        if not obj.is_active:
            raise Conflict("It is retired already.", way_out="Look at its page.")
        obj.is_active = False
        obj.save()
        return obj

    def get_success_url(self, obj):
        return f"/t/products/{obj.pk}/"


def broken(request):
    raise RuntimeError("secret-in-trace")


pages = (
    [
        path("products/", ProductList.as_view(), name="product_list"),
        path("products/new/", ProductCreate.as_view(), name="product_create"),
        path("products/<int:pk>/", ProductPage.as_view(), name="product_detail"),
        path("products/<int:pk>/edit/", ProductEdit.as_view(), name="product_edit"),
        path("products/<int:pk>/retire/", ProductRetire.as_view(), name="product_retire"),
        path("broken/", broken, name="broken"),
    ],
    "uitest",
)
urlpatterns = [path("t/", include(pages)), path("", include("salesops.urls"))]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
