"""Who may open which page of market information: shared with all who sell, serve or make."""

from datetime import date

from customers.choices.market import CampaignState
from customers.models import MarketWeek
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.deals import make_campaign, make_competitor, make_demand, make_observation

NAME = "Canary Market"
SELL = "alice asha bob carol mona"
READ = f"{SELL} gina dora sam otto aida"
READERS = {READ: OK, "*": FORBIDDEN}
SEEN = {READ: OK, "*": MISSING}
SELLERS = {SELL: OK, "*": FORBIDDEN}
# Written by Alice: changed by her, her assistant, her lead and manager; the rest of the readers only look.
OWN = {"alice asha bob mona": OK, "carol gina dora sam otto aida": FORBIDDEN, "*": MISSING}
# Of Bob's plan; reps only look.
PLANNERS = {"bob asha mona": OK, "alice carol gina dora sam otto aida": FORBIDDEN, "*": MISSING}
PLAN = {"asha bob mona": OK, "*": FORBIDDEN}


def competitor(cast):
    return make_competitor(name=NAME)


def observation(cast):
    return make_observation(cast.alice, fact=NAME)


def week(cast):
    return MarketWeek.objects.get_or_create(
        team=cast.group_a, week_start=date(2026, 3, 2), defaults={"owner": cast.bob, "summary": NAME}
    )[0]


def campaign(cast):
    return make_campaign(cast.bob, theme=NAME)


def running(cast):
    return make_campaign(cast.bob, theme=NAME, state=CampaignState.RUNNING)


def demand(cast):
    return make_demand(cast.alice, title=NAME)


def listed(make):
    return lambda cast: (make(cast) and None, {})


KEEP = {SELL: OK, "gina dora sam otto aida": FORBIDDEN, "*": MISSING}
WEEK = {"bob asha mona": OK, "gina dora sam otto aida": FORBIDDEN, "*": MISSING}
DECIDE = {"mona otto": OK, "alice asha bob carol gina dora sam aida": FORBIDDEN, "*": MISSING}
SERVE = {f"{SELL} sam otto": OK, "*": FORBIDDEN}
DEMAND_OWN = {"alice asha bob mona otto": OK, "carol gina dora sam aida": FORBIDDEN, "*": MISSING}

ROWS = [
    Row("customers:competitor_list", make=listed(competitor), get=READERS, canary=NAME),
    Row("customers:competitor_create", get=SELLERS, post=SELLERS),
    Row("customers:competitor_detail", make=competitor, get=SEEN, canary=NAME),
    Row("customers:competitor_edit", make=competitor, get=KEEP, post=KEEP, canary=NAME),
    Row("customers:observation_list", make=listed(observation), get=READERS, canary=NAME),
    Row("customers:observation_create", get=SELLERS, post=SELLERS),
    Row("customers:observation_detail", make=observation, get=SEEN, canary=NAME),
    Row("customers:observation_edit", make=observation, get=OWN, post=OWN, canary=NAME),
    Row("customers:market_matrix", make=listed(competitor), get=READERS, canary=NAME),
    Row("customers:market_trend", make=listed(competitor), get=READERS, canary=NAME),
    Row("customers:marketweek_list", make=listed(week), get=READERS, canary=NAME, hides="alice carol"),
    Row("customers:marketweek_create", get=SELLERS, post=SELLERS),
    Row(
        "customers:marketweek_detail",
        make=week,
        get={"bob asha mona gina dora sam otto aida": OK, "*": MISSING},
        canary=NAME,
    ),
    Row("customers:marketweek_edit", make=week, get=WEEK, post=WEEK, canary=NAME),
    Row("customers:marketweek_submit", make=week, get=WEEK, post=WEEK, canary=NAME),
    Row("customers:campaign_list", make=listed(campaign), get=READERS, canary=NAME),
    Row("customers:campaign_create", get=PLAN, post=PLAN),
    Row("customers:campaign_detail", make=campaign, get=SEEN, canary=NAME),
    *[
        Row(f"customers:campaign_{name}", make=campaign, get=PLANNERS, post=PLANNERS, canary=NAME)
        for name in ("edit", "start", "close", "cancel", "cost")
    ],
    Row("customers:campaign_evaluate", make=running, get=PLANNERS, post=PLANNERS, canary=NAME),
    Row("customers:campaign_guest", make=campaign, get=KEEP, post=KEEP, canary=NAME),
    Row("customers:productdemand_list", make=listed(demand), get=READERS, canary=NAME),
    Row("customers:productdemand_create", get=SERVE, post=SERVE),
    Row("customers:productdemand_detail", make=demand, get=SEEN, canary=NAME),
    Row("customers:productdemand_edit", make=demand, get=DEMAND_OWN, post=DEMAND_OWN, canary=NAME),
    Row("customers:productdemand_decide", make=demand, get=DECIDE, post=DECIDE, canary=NAME),
]
