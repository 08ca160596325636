"""Addresses of the reviewer's desk."""

from django.urls import path

from requests_app.views.staff import claims, decision, queue, suspension

urlpatterns = [
    path("review/", queue.queue, name="review"),
    path("review/next/", queue.next_in_queue, name="review_next"),
    path("review/people/<int:person_id>/suspension/", suspension.suspension, name="suspension"),
    path("review/<uuid:request_id>/", decision.review_request, name="review_request"),
    path("review/<uuid:request_id>/claim/", claims.claim, name="review_claim"),
]
