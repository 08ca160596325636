"""Addresses of the requester's pages after submission."""

from django.urls import path

from requests_app.views.requester import administration, domain, facts, page, privacy, setup, transfer

urlpatterns = [
    path("administration/", administration.administration, name="administration"),
    path("accounts/data/", privacy.page, name="data"),
    path("accounts/data/read/", privacy.read, name="data_read"),
    path("accounts/data/download/", privacy.download, name="data_download"),
    path("accounts/data/erase/", privacy.erase, name="data_erase"),
    path("requests/<uuid:request_id>/", page.page, name="request"),
    path("requests/<uuid:request_id>/sent/", page.sent, name="request_sent"),
    path("requests/<uuid:request_id>/remind/", page.remind, name="request_remind"),
    path("requests/<uuid:request_id>/withdraw/", page.withdraw, name="request_withdraw"),
    path("requests/<uuid:request_id>/authorizer/", page.replace, name="request_replace"),
    path("requests/<uuid:request_id>/domain/", domain.answer, name="request_domain"),
    path("requests/<uuid:request_id>/company/", facts.company, name="request_company"),
    path("requests/<uuid:request_id>/administrators/", facts.administrators, name="request_administrators"),
    path("requests/<uuid:request_id>/transfer/", transfer.offer, name="request_transfer"),
    path("transfers/<uuid:offer_id>/", transfer.answer, name="transfer"),
    path("requests/<uuid:request_id>/setup/", setup.tasks, name="setup"),
    path("requests/<uuid:request_id>/setup/agreement/", setup.accept_agreement, name="setup_agreement"),
    path("requests/<uuid:request_id>/setup/company/", setup.company, name="setup_company"),
    path(
        "requests/<uuid:request_id>/setup/administrators/", setup.administrators, name="setup_administrators"
    ),
    path("requests/<uuid:request_id>/setup/activate/", setup.activate, name="setup_activate"),
]
