"""Pages of the catalog."""

from django.urls import path

from salesops.catalog.views import money, products

app_name = "catalog"
urlpatterns = [
    path("products/", products.ProductList.as_view(), name="product_list"),
    path("products/new/", products.ProductCreate.as_view(), name="product_create"),
    path("products/<int:pk>/", products.ProductPage.as_view(), name="product_detail"),
    path("products/<int:pk>/edit/", products.ProductEdit.as_view(), name="product_edit"),
    path("price-lists/", products.PriceListList.as_view(), name="pricelist_list"),
    path("price-lists/new/", products.PriceListCreate.as_view(), name="pricelist_create"),
    path("price-lists/<int:pk>/", products.PriceListPage.as_view(), name="pricelist_detail"),
    path("price-lists/<int:pk>/edit/", products.PriceListEdit.as_view(), name="pricelist_edit"),
    path("price-lists/<int:pk>/price/", products.SetPrice.as_view(), name="pricelist_price"),
    path("currencies/", money.CurrencyList.as_view(), name="currency_list"),
    path("currencies/new/", money.CurrencyCreate.as_view(), name="currency_create"),
    path("rates/", money.ExchangeRateList.as_view(), name="exchangerate_list"),
    path("rates/new/", money.ExchangeRateCreate.as_view(), name="exchangerate_create"),
    path("rates/<int:pk>/", money.ExchangeRatePage.as_view(), name="exchangerate_detail"),
    path("rates/<int:pk>/edit/", money.ExchangeRateEdit.as_view(), name="exchangerate_edit"),
    path("taxes/", money.TaxRateList.as_view(), name="taxrate_list"),
    path("taxes/new/", money.TaxRateCreate.as_view(), name="taxrate_create"),
    path("taxes/<int:pk>/", money.TaxRatePage.as_view(), name="taxrate_detail"),
    path("terms/", money.PaymentTermList.as_view(), name="paymentterm_list"),
    path("terms/new/", money.PaymentTermCreate.as_view(), name="paymentterm_create"),
    path("terms/<int:pk>/", money.PaymentTermPage.as_view(), name="paymentterm_detail"),
    path("terms/<int:pk>/edit/", money.PaymentTermEdit.as_view(), name="paymentterm_edit"),
]
