"""Who reaches which teams."""


def test_a_lead_reaches_her_group_and_a_manager_the_department(cast):
    (lead,) = [g for g in cast.bob.grants() if g.role == "lead"]
    assert lead.teams == {cast.group_a.pk}
    (manager,) = cast.mona.grants()
    assert manager.department == {cast.sales.pk, cast.group_a.pk, cast.group_b.pk}


def test_finance_serves_the_whole_company(cast):
    (finance,) = cast.dora.grants()
    assert finance.department is None
