"""Addresses of the operators' pages."""

from django.urls import path

from requests_app.views.ops import acts, pages

urlpatterns = [
    path("ops/", pages.ops, name="ops"),
    path("ops/search/", pages.search, name="ops_search"),
    path("ops/requests/<uuid:request_id>/", pages.one_request, name="ops_request"),
    path("ops/letters/<int:letter_id>/", pages.one_letter, name="ops_letter"),
    path("ops/letters/<int:letter_id>/<slug:act>/", acts.letter_act, name="ops_letter_act"),
    path("ops/stuck/<slug:sort>/<slug:act>/", acts.stuck_act, name="ops_stuck_act"),
    path("ops/routes/<slug:route>/<slug:act>/", acts.route_act, name="ops_route_act"),
    path("ops/outbox/<slug:act>/", acts.outbox_act, name="ops_outbox_act"),
]
