"""The addresses under /smart-accounts/."""

from django.urls import path

from smart_accounts.views import access, account

app_name = "smart_accounts"
urlpatterns = [
    path("access/", access.offers, name="access"),
    path("access/<uuid:account_id>/", access.ask, name="ask"),
    path("<uuid:account_id>/", account.page, name="account"),
    path("<uuid:account_id>/invite/", account.invite, name="invite"),
    path("<uuid:account_id>/administrators/<int:member_id>/remove/", account.remove, name="remove"),
    path("<uuid:account_id>/access/<uuid:access_id>/approve/", access.approve, name="approve"),
    path("<uuid:account_id>/access/<uuid:access_id>/decline/", access.decline, name="decline"),
]
