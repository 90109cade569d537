"""One key for the spellings of one company."""

import pytest

from customers.naming import fold, name_key


@pytest.mark.parametrize(
    "spellings",
    [
        ("上海東方貿易股份有限公司", "上海东方贸易有限公司", "上海东方贸易", "上海东方贸易 有限公司。"),
        ("臺灣電子有限公司", "台湾电子", "台灣電子股份有限公司"),
        ("Müller GmbH & Co. KG", "MULLER", "Muller GmbH", "ｍüller"),
        ("Acme Co., Ltd.", "ACME CO LTD", "Acme, Inc.", "acme corporation"),
        ("The Big Cheese", "Big Cheese"),
        ("Société Générale S.A.", "societe generale sa"),
    ],
)
def test_spellings_of_one_company_share_a_key(spellings):
    assert len({name_key(name) for name in spellings}) == 1


def test_different_companies_keep_different_keys():
    assert name_key("上海东方贸易") != name_key("北京东方贸易")
    assert name_key("Acme North") != name_key("Acme South")


def test_a_name_that_is_only_a_legal_form_keeps_itself():
    assert name_key("Ltd") == "ltd"
    assert name_key("公司") == "公司"
    assert name_key("") == ""


def test_keys_fit_the_column():
    assert len(name_key("长" * 400)) == 200


def test_folding_is_for_comparing():
    assert fold("Ａ臺É") == "a台e"
