"""Urls of sign-in, people and teams."""

from django.urls import path

from salesops.accounts.views import delegations, passwords, people, signin, teams

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signin.SignIn.as_view(), name="login"),
    path("sign-in/demo/", signin.DemoSignIn.as_view(), name="demo_sign_in"),
    path("sign-out/", signin.SignOut.as_view(), name="logout"),
    path("profile/", passwords.Profile.as_view(), name="profile"),
    path("password/", passwords.PasswordChange.as_view(), name="password_change"),
    path("password/forgotten/", passwords.Forgotten.as_view(), name="password_forgotten"),
    path("password/forgotten/sent/", passwords.ForgottenSent.as_view(), name="password_forgotten_sent"),
    path("password/<uidb64>/<token>/", passwords.ResetPassword.as_view(), name="password_reset_confirm"),
    path("people/", people.PersonList.as_view(), name="user_list"),
    path("people/new/", people.PersonCreate.as_view(), name="user_create"),
    path("people/<int:pk>/", people.PersonPage.as_view(), name="user_detail"),
    path("people/<int:pk>/edit/", people.PersonEdit.as_view(), name="user_edit"),
    path("people/<int:pk>/move/", people.Move.as_view(), name="user_move"),
    path("people/<int:pk>/superior/", people.ChangeSuperior.as_view(), name="user_superior"),
    path("people/<int:pk>/grant/", people.Grant.as_view(), name="user_grant"),
    path("people/<int:pk>/set-password/", people.SetPassword.as_view(), name="user_set_password"),
    path("people/<int:pk>/deactivate/", people.Deactivate.as_view(), name="user_deactivate"),
    path("people/<int:pk>/reactivate/", people.Reactivate.as_view(), name="user_reactivate"),
    path("people/<int:pk>/deputy/", delegations.SetDeputy.as_view(), name="user_deputy"),
    path("deputies/<int:pk>/end/", delegations.EndDeputy.as_view(), name="delegation_end"),
    path("roles/<int:pk>/end/", people.EndRole.as_view(), name="rolegrant_end"),
    path("teams/", teams.TeamTree.as_view(), name="team_list"),
    path("teams/new/", teams.TeamCreate.as_view(), name="team_create"),
    path("teams/<int:pk>/", teams.TeamPage.as_view(), name="team_detail"),
    path("teams/<int:pk>/edit/", teams.TeamEdit.as_view(), name="team_edit"),
    path("teams/<int:pk>/move/", teams.TeamMove.as_view(), name="team_move"),
    path("teams/<int:pk>/close/", teams.TeamClose.as_view(), name="team_close"),
]
