"""Addresses of the reviewer's desk."""

from django.urls import path

from requests_app.views.staff import claims, decision, queue, reasons, suspension, transfer

urlpatterns = [
    path("review/", queue.queue, name="review"),
    path("review/next/", queue.next_in_queue, name="review_next"),
    path("review/reasons/", reasons.every, name="reasons"),
    path("review/reasons/new/", reasons.new, name="reason_new"),
    path("review/reasons/<int:template_id>/", reasons.one, name="reason"),
    path("review/reasons/<int:template_id>/retire/", reasons.retire, name="reason_retire"),
    path("review/people/<int:person_id>/suspension/", suspension.suspension, name="suspension"),
    path("review/<uuid:request_id>/", decision.review_request, name="review_request"),
    path("review/<uuid:request_id>/transfer/", transfer.transfer, name="review_transfer"),
    path("review/<uuid:request_id>/claim/", claims.claim, name="review_claim"),
]
