"""The addresses under /request/."""

from django.urls import path

from requests_app.wizard import views

urlpatterns = [
    path("new/", views.new, name="request_new"),
    path("draft/<uuid:draft_id>/", views.resume, name="draft"),
    path("draft/<uuid:draft_id>/delete/", views.delete, name="draft_delete"),
    path("draft/<uuid:draft_id>/explanation/", views.explanation, name="identifier_explanation"),
    path("draft/<uuid:draft_id>/<slug:page>/", views.page, name="draft_page"),
]
