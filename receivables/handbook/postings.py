"""Rules of postings that take money away from what a customer owes (requirements DAT-03, REC-13)."""

from django.utils.translation import gettext_lazy as _

from receivables.handbook.ledger import _rule
from salesops.handbook.registry import register_rules


def register() -> None:
    """Add them to the handbook."""
    register_rules(
        _rule(
            "credit_note_second_amount",
            "money",
            "50000.00",
            "R-30",
            _("Credit notes that a second person accepts"),
            _(
                "Credit notes of one customer of {value} or more in base currency are posted only after a second person of finance has accepted them; those within the days of clause A-1 count together."
            ),
            source="DAT-03",
            minimum="0.01",
        ),
        _rule(
            "credit_note_share",
            "fraction",
            "0.50",
            "R-31",
            _("Credit for a large part of one item"),
            _(
                "Credit notes that give back {value} or more of what one item comes to, taken together, are posted only after a second person of finance has accepted them; beyond the whole item always, and only with a word on why."
            ),
            source="DAT-03",
            minimum="0.01",
            maximum="1",
        ),
        _rule(
            "credit_note_share_from",
            "money",
            "1000.00",
            "R-32",
            _("Small items that are credited"),
            _(
                "Clause R-31 asks a second person from {value} in base currency on; credit beyond the whole item always asks one."
            ),
            source="DAT-03",
            minimum="0",
        ),
        _rule(
            "small_difference_most",
            "money",
            "20.00",
            "R-33",
            _("Small differences given up with an allocation"),
            _(
                "Whoever allocates money may give up what is left of an item, with a reason, up to {value} in base currency at the rate of the item, whatever its currency, and within clause R-34."
            ),
            source="REC-08",
            minimum="0",
        ),
        _rule(
            "small_difference_share",
            "fraction",
            "0.01",
            "R-34",
            _("Small differences as a share of the item"),
            _("What is given up with an allocation is at most {value} of what the item comes to."),
            source="REC-08",
            minimum="0",
            maximum="1",
        ),
        _rule(
            "write_off_proof_from",
            "money",
            "1000.00",
            "R-35",
            _("Files that show a bad debt"),
            _(
                "Whoever asks for a write-off of {value} or more in base currency puts a file beside the words: the ruling, the notice of insolvency, the letters that came back."
            ),
            source="REC-13",
            minimum="0",
        ),
        _rule(
            "refund_proof_from",
            "money",
            "5000.00",
            "R-36",
            _("Files that show why money goes back"),
            _(
                "Whoever asks for a refund of {value} or more in base currency puts a file beside the words: the customer's request with the account it names."
            ),
            source="REC-08",
            minimum="0",
        ),
        _rule(
            "paper_notice_days",
            "int",
            3,
            "R-37",
            _("Drafts and cheques that fall due"),
            _("Finance and the owner are told of a draft or cheque {value} days before it falls due."),
            unit=_("days"),
            source="REC-08",
            minimum=0,
            maximum=60,
        ),
        _rule(
            "paper_chance",
            "fraction",
            "0.95",
            "R-38",
            _("How sure drafts and cheques are"),
            _(
                "The cash forecast counts what a draft or cheque in hand covers on its due day, with a probability of {value}."
            ),
            source="REC-06",
            minimum="0",
            maximum="1",
        ),
        binds=("finance",),
    )
