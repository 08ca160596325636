"""Addresses of the business: the way to a request, its page, the authorizer's, the reviewer's, operations'."""

from django.urls import include, path

urlpatterns = [
    path("request/", include("requests_app.wizard.urls")),
    path("", include("requests_app.views.authorizer.urls")),
    path("", include("requests_app.views.receipts")),
    path("", include("requests_app.views.requester.urls")),
    path("", include("requests_app.views.staff.urls")),
    path("", include("requests_app.views.ops.urls")),
]
