"""Masks keep enough to recognise and never the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.core import masking


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masking.mask_phone, "13812345678", "138****5678"),
        (masking.mask_phone, "+86 138 1234 5678", "+86**********5678"),
        (masking.mask_phone, "5551234", "5***234"),
        (masking.mask_phone, "110", "***10"),
        (masking.mask_phone, "", ""),
        (masking.mask_email, "anna@mail.com", "a***@mail.com"),
        (masking.mask_email, "no address", "n*********"),
        (masking.mask_account, "6222020200112233445", "***************3445"),
        (masking.mask_tax_number, "91350100M000100Y43", "91**************43"),
        (masking.mask_tax_number, "12", "***"),
    ],
)
def test_masks(mask, text, shown):
    assert mask(text) == shown


@given(st.text(min_size=1))
def test_no_mask_shows_the_whole(text):
    for mask in (masking.mask_phone, masking.mask_account, masking.mask_tax_number, masking.mask_text):
        if text.strip():
            assert mask(text).count("*") >= 3
