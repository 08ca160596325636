"""The rows of a request, from draft to evidence; only `requests_app.services` writes them."""

from requests_app.models.draft import Draft
from requests_app.models.evidence import Decision, HistoryLine
from requests_app.models.nomination import AuthorizationLink, CodeChallenge, Nomination
from requests_app.models.reason import ReasonTemplate
from requests_app.models.request import Administrator, Company, SetUp, SmartAccountRequest
from requests_app.models.transfer import TransferOffer

__all__ = [
    "Administrator",
    "AuthorizationLink",
    "CodeChallenge",
    "Company",
    "Decision",
    "Draft",
    "HistoryLine",
    "Nomination",
    "ReasonTemplate",
    "SetUp",
    "SmartAccountRequest",
    "TransferOffer",
]
