"""An empty Django project: the middleware that `startproject` writes, and one page that says nothing."""

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET_KEY = "for measuring only"
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "benchmarks.empty"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Nothing</title>")


urlpatterns = [path("", page)]
application = get_wsgi_application()
