"""Addresses of the reviewer's desk."""

from django.urls import path

from requests_app.views.staff import decision, queue

urlpatterns = [
    path("review/", queue.queue, name="review"),
    path("review/<uuid:request_id>/", decision.review_request, name="review_request"),
]
