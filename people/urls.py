"""The pages around signing in: exactly those of allauth that the product uses, so that no other exists."""

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path

from people.evenly import answered_evenly
from people.one_press import one_press_at_a_time
from people.views import AskReset, ConfirmAddress, ConfirmReset, SignOut, account

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account, name="account"),
    path("login/", views.login, name="account_login"),
    path("logout/", SignOut.as_view(), name="account_logout"),
    path("signup/", answered_evenly(one_press_at_a_time(views.signup)), name="account_signup"),
    path("confirm-email/", ConfirmAddress.as_view(), name="account_email_verification_sent"),
    path("email/", views.email, name="account_email"),
    path("password/change/", views.password_change, name="account_change_password"),
    path(
        "password/reset/",
        answered_evenly(one_press_at_a_time(AskReset.as_view())),
        name="account_reset_password",
    ),
    path(
        "password/reset/confirm/",
        ConfirmReset.as_view(),
        name="account_confirm_password_reset_code",
    ),
    path("password/reset/complete/", views.complete_password_reset, name="account_complete_password_reset"),
    path("password/reset/done/", views.password_reset_from_key_done, name="account_password_reset_completed"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
]
