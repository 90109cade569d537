"""The frame's own pages: everybody has them; a saved view belongs to who saved it."""

from salesops.ui.models import SavedView
from tests.access.table import MISSING, OK, Row


def view_of_alice(cast):
    return SavedView.objects.create(user=cast.alice, list_name="accounts:user_list", name="Canary view")


ROWS = [
    Row("ui:workbench", get={"*": OK}),
    Row("ui:menu", get={"*": OK}),
    Row("ui:preferences", post={"*": OK}, public=True),
    Row("ui:choices", make=lambda cast: (None, {"label": "accounts.user"}), get={"*": OK}),
    Row(
        "ui:savedview_create",
        post={"*": OK},
        data=lambda cast, obj: {"list_name": "accounts:user_list", "name": "Mine", "query": "q=a"},
    ),
    Row("ui:savedview_delete", make=view_of_alice, post={"alice": OK, "*": MISSING}),
]
