"""Addresses that letters to the authorizer carry, and the pages behind them."""

from django.urls import path, register_converter

from requests_app.views.authorizer import (
    answering,
    confirming,
    entrance,
    not_meant,
    outcomes,
    receipts,
    stopping,
)


class AsItArrived:
    """Whatever follows the door's letter, line breaks included: what a mail program made of a token."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AsItArrived, "as_it_arrived")

urlpatterns = [
    path("a/<as_it_arrived:typed>", entrance.open_link, name="open_link"),
    path("r/<as_it_arrived:typed>", entrance.open_receipt, name="open_receipt"),
    path("n/<str:typed>/not-meant/", stopping.not_meant, name="stop_not_meant"),
    path("n/<as_it_arrived:typed>", stopping.stop, name="stop"),
    path("authorize/<uuid:key>/", answering.authorize, name="authorize"),
    path("authorize/<uuid:key>/confirm/", confirming.confirm, name="authorize_confirm"),
    path("authorize/<uuid:key>/not-meant/", not_meant.not_meant, name="authorize_not_meant"),
    path("authorize/<uuid:key>/done/", outcomes.done, name="authorize_done"),
    path("authorize/<uuid:key>/new-link/", outcomes.new_link, name="authorize_new_link"),
    path("authorize/receipt/<uuid:key>/", receipts.receipt, name="receipt"),
    path("authorize/receipt/<uuid:key>/file/", receipts.as_file, name="receipt_file"),
    path("authorize/receipt/<uuid:key>/take-back/", receipts.take_back, name="receipt_take_back"),
    path("authorize/receipt/<uuid:key>/not-me/", receipts.not_me, name="receipt_not_me"),
    path("authorize/receipt/<uuid:key>/done/", receipts.done, name="receipt_done"),
]
