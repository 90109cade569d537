"""The checklists that a new company starts with; a migration writes them, later versions are the company's own.

``(text, kind of answer, hours before the arrival)``; the texts are known to the catalogues.
"""

from django.utils.translation import gettext_noop

TICK, TEXT, NUMBER, SCORE = "tick", "text", "number", "score"

CHECKLISTS = {
    "first_visit": [
        (gettext_noop("Company and products introduced"), TICK, None),
        (gettext_noop("Who decides, who uses, who pays?"), TEXT, None),
        (gettext_noop("Present suppliers and what the customer thinks of them"), TEXT, None),
        (gettext_noop("Yearly need"), TEXT, None),
        (gettext_noop("Samples or catalogue handed over"), TICK, None),
    ],
    "return_visit": [
        (gettext_noop("How does the customer use the product?"), TEXT, None),
        (gettext_noop("What does the customer think of it?"), TEXT, None),
        (gettext_noop("Satisfaction"), SCORE, None),
        (gettext_noop("Open promises gone through"), TICK, None),
    ],
    "inspection": [
        (gettext_noop("Stock seen"), NUMBER, None),
        (gettext_noop("Display and storage in order"), TICK, None),
        (gettext_noop("Prices of competitors seen"), TEXT, None),
    ],
    "complaint": [
        (gettext_noop("What exactly is wrong, how many, which batch?"), TEXT, None),
        (gettext_noop("Photos taken"), TICK, None),
        (gettext_noop("What the customer asks for"), TEXT, None),
        (gettext_noop("Reply promised until"), TEXT, None),
    ],
    "reception": [
        (gettext_noop("Go through all that was promised last time and finish it"), TICK, 120),
        (gettext_noop("Tell the purchasing sections who comes and what about"), TICK, 72),
        (gettext_noop("Agree the itinerary with the factory"), TICK, 72),
        (gettext_noop("Latest quotations and last prices ready"), TICK, 48),
        (gettext_noop("Samples ready: copies, boxes, labels, displays, instructions"), TICK, 48),
        (gettext_noop("Book hotel rooms"), TICK, 72),
        (gettext_noop("Reconfirm the hotel"), TICK, 24),
        (gettext_noop("Shipping documents ready"), TICK, 24),
        (gettext_noop("Meeting room with data, files and samples; refreshments"), TICK, 4),
        (gettext_noop("Section heads on call"), TICK, 4),
        (gettext_noop("Confirm the flight and send the car, five minutes early"), TICK, 2),
    ],
}
