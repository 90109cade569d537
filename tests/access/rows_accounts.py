"""Accounts: everybody sees the directory, human resources and the administrator keep it."""

from salesops.accounts.models import RoleGrant
from tests.access.table import FORBIDDEN, OK, Row

KEEPERS = {"hugo root": OK, "*": FORBIDDEN}


def alice(cast):
    return cast.alice


def leo(cast):
    return cast.leo


def group(cast):
    return cast.group_a


def grant(cast):
    return RoleGrant.objects.get(user=cast.alice)


ROWS = [
    Row("accounts:login", get={"*": OK}, post={"*": OK}, public=True),
    Row("accounts:demo_sign_in", post={"*": 404}, public=True, anonymous=404),
    Row("accounts:logout", post={"*": OK}, public=True),
    Row("accounts:profile", get={"*": OK}, post={"*": OK}),
    Row("accounts:password_change", get={"*": OK}, post={"*": OK}),
    Row("accounts:password_forgotten", get={"*": OK}, post={"*": OK}, public=True),
    Row("accounts:password_forgotten_sent", get={"*": OK}, public=True),
    Row(
        "accounts:password_reset_confirm",
        make=lambda cast: (None, {"uidb64": "MQ", "token": "set-password"}),
        get={"*": OK},
        post={"*": OK},
        public=True,
    ),
    Row("accounts:user_list", get={"*": OK}),
    Row("accounts:user_create", get=KEEPERS, post=KEEPERS),
    Row("accounts:user_detail", make=alice, get={"*": OK}),
    Row("accounts:user_edit", make=alice, get=KEEPERS, post=KEEPERS),
    Row("accounts:user_move", make=alice, get=KEEPERS, post=KEEPERS),
    Row("accounts:user_superior", make=alice, get=KEEPERS, post=KEEPERS),
    Row("accounts:user_grant", make=alice, get=KEEPERS, post=KEEPERS),
    Row(
        "accounts:user_set_password",
        make=alice,
        get={"root": OK, "*": FORBIDDEN},
        post={"root": OK, "*": FORBIDDEN},
    ),
    Row("accounts:user_deactivate", make=alice, get=KEEPERS, post=KEEPERS),
    Row("accounts:user_reactivate", make=leo, get=KEEPERS, post=KEEPERS),
    Row("accounts:rolegrant_end", make=grant, get=KEEPERS, post=KEEPERS),
    Row("accounts:team_list", get={"*": OK}),
    Row("accounts:team_create", get=KEEPERS, post=KEEPERS),
    Row("accounts:team_detail", make=group, get={"*": OK}),
    Row("accounts:team_edit", make=group, get=KEEPERS, post=KEEPERS),
    Row("accounts:team_move", make=group, get=KEEPERS, post=KEEPERS),
    Row("accounts:team_close", make=group, get=KEEPERS, post=KEEPERS),
]
