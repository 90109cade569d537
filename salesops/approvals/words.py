"""Names of the first flows' routes and steps, so that the catalogues know them."""

from django.utils.translation import gettext_lazy as _

NAMES = (
    _("Above the upper limit"),
    _("Above the limit"),
    _("Every change"),
    _("Every receipt above the limit"),
    _("Credit limit above the upper limit"),
    _("Under the floor price, or far under the list price"),
    _("Under the list price"),
    _("Every plan"),
    _("Team lead"),
    _("Manager"),
    _("Manager and finance"),
    _("Finance"),
    _("General manager"),
    _("Second person of finance"),
    _("Every visit plan"),
    _("Superior"),
    _("Team or person"),
    _("Department"),
    _("Beyond the limit"),
    _("Long overdue"),
    _("Not paid before delivery"),
    _("Finance and manager"),
    _("Department manager"),
    _("Both in one team"),
    _("Two teams"),
)
