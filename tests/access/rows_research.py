"""Who may open which page of studies, target markets, partners, requirement documents: shared with all who sell or make."""

from tests.access.rows_market import PLAN, PLANNERS, READERS, SEEN, SELLERS, campaign, listed, running
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.research import make_paper, make_partner, make_study, make_target_market

NAME = "Canary Market"
# Written by Alice: changed by her, her assistant, her lead and manager.

STUDY_OWN = {"alice asha bob mona gina": OK, "carol dora sam otto aida": FORBIDDEN, "*": MISSING}
REVIEW = {"bob mona gina": OK, "alice asha carol dora sam otto aida": FORBIDDEN, "*": MISSING}
WRITERS = {"alice asha bob carol mona gina": OK, "*": FORBIDDEN}
MARKET_OWN = {"alice asha bob mona": OK, "carol gina dora sam otto aida": FORBIDDEN, "*": MISSING}
MAKERS = {"bob mona otto": OK, "*": FORBIDDEN}
MAKE = {"bob mona otto": OK, "alice asha carol gina dora sam aida": FORBIDDEN, "*": MISSING}


def study(cast):
    return make_study(cast.alice, subject=NAME)


def submitted(cast):
    return make_study(cast.alice, subject=NAME, state="submitted")


def published(cast):
    return make_study(
        cast.alice, subject=NAME, state="published", published_on="2026-04-01", reviewer=cast.bob
    )


def market(cast):
    return make_target_market(cast.alice, name=f"{NAME} {cast.alice.pk}")  # names are unique


def partner(cast):
    return make_partner(cast.bob, name=f"{NAME} {cast.bob.pk}")


def paper(cast):
    return make_paper(cast.bob, title=NAME)


GUESTS = {"alice asha bob carol mona": OK, "gina dora sam otto aida": FORBIDDEN, "*": MISSING}

ROWS = [
    Row("customers:marketstudy_list", make=listed(study), get=READERS, canary=NAME),
    Row("customers:marketstudy_create", get=WRITERS, post=WRITERS),
    Row("customers:marketstudy_detail", make=study, get=SEEN, canary=NAME),
    Row("customers:marketstudy_edit", make=study, get=STUDY_OWN, post=STUDY_OWN, canary=NAME),
    Row("customers:marketstudy_report", make=study, get=STUDY_OWN, post=STUDY_OWN, canary=NAME),
    Row("customers:marketstudy_return", make=submitted, get=REVIEW, post=REVIEW, canary=NAME),
    Row("customers:marketstudy_publish", make=submitted, get=REVIEW, post=REVIEW, canary=NAME),
    Row("customers:marketstudy_archive", make=published, get=REVIEW, post=REVIEW, canary=NAME),
    Row("customers:targetmarket_list", make=listed(market), get=READERS, canary=NAME),
    Row("customers:targetmarket_create", get=SELLERS, post=SELLERS),
    Row("customers:targetmarket_detail", make=market, get=SEEN, canary=NAME),
    Row("customers:targetmarket_edit", make=market, get=MARKET_OWN, post=MARKET_OWN, canary=NAME),
    Row("customers:partner_list", make=listed(partner), get=READERS, canary=NAME),
    Row("customers:partner_create", get=PLAN, post=PLAN),
    Row("customers:partner_detail", make=partner, get=SEEN, canary=NAME),
    Row("customers:partner_edit", make=partner, get=PLANNERS, post=PLANNERS, canary=NAME),
    Row("customers:partner_talk", make=partner, get=PLANNERS, post=PLANNERS, canary=NAME),
    Row("customers:requirementpaper_list", make=listed(paper), get=READERS, canary=NAME),
    Row("customers:requirementpaper_create", get=MAKERS, post=MAKERS),
    Row("customers:requirementpaper_detail", make=paper, get=SEEN, canary=NAME),
    Row("customers:requirementpaper_edit", make=paper, get=MAKE, post=MAKE, canary=NAME),
    Row("customers:requirementpaper_release", make=paper, get=MAKE, post=MAKE, canary=NAME),
    Row("customers:campaign_material", make=campaign, get=PLANNERS, post=PLANNERS, canary=NAME),
    Row("customers:campaign_adjust", make=running, get=PLANNERS, post=PLANNERS, canary=NAME),
    Row("customers:campaign_feedback", make=running, get=GUESTS, post=GUESTS, canary=NAME),
]
