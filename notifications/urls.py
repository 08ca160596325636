"""The mailbox's addresses."""

from django.urls import path

from notifications import mailbox_pages

urlpatterns = [
    path("", mailbox_pages.index, name="mailbox"),
    path("<str:name>/", mailbox_pages.show, name="mailbox_letter"),
    path("<str:name>/html", mailbox_pages.body, name="mailbox_html"),
    path("<str:name>/source", mailbox_pages.source, name="mailbox_source"),
]
