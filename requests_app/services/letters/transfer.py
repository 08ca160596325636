"""Letters about a request that passes from one requester to another."""

from django.urls import reverse

from notifications import emails
from notifications.emails import transfer_offered as offer_letter
from notifications.emails.transferred import Addressee
from people.models import Person
from requests_app.models import SmartAccountRequest, TransferOffer
from requests_app.services.letters import posting


def transfer_offered(request: SmartAccountRequest, offered: TransferOffer) -> None:
    """Ask the colleague; the page wants a sign-in with that address."""
    _offered(
        request, offered, offer_letter.Addressee.COLLEAGUE, page_path=reverse("transfer", args=[offered.pk])
    )


def offered_by_staff(request: SmartAccountRequest, offered: TransferOffer) -> None:
    """Tell the requester that staff offered the request to a colleague, and how to take that back."""
    page_path = reverse("request_transfer", args=[request.pk])
    _offered(request, offered, offer_letter.Addressee.REQUESTER, page_path=page_path)


def transferred(offered: TransferOffer, *, former: Person, former_address: str) -> None:
    """Tell both who has the request now."""
    request = offered.request
    readers = (
        (Addressee.NEW, "", request.requester.language),
        (Addressee.FORMER, former_address, former.language),
    )
    for addressee, to, language in readers:
        letter = emails.Transferred(
            **posting.to_requester(request),
            addressee=addressee,
            from_address=former_address,
            to_address=request.requester_address,
        )
        key = f"transferred:{offered.pk}:{addressee}"
        posting.post(request, letter, key=key, to=to, language=language)


def _offered(
    request: SmartAccountRequest, offered: TransferOffer, addressee: offer_letter.Addressee, *, page_path: str
) -> None:
    letter = emails.TransferOffered(
        **posting.about(request),
        page_path=page_path,
        addressee=addressee,
        offer_id=str(offered.pk),
        by_staff=offered.by_staff,
        requester_name=request.requester.full_name,
        requester_address=request.requester_address,
        colleague_address=offered.address,
        ends_at=offered.expires_at.isoformat(),
    )
    is_colleague = addressee is offer_letter.Addressee.COLLEAGUE
    posting.post(
        request,
        letter,
        key=f"transfer-offered:{offered.pk}:{addressee}",
        to=offered.address if is_colleague else "",
        language=offered.language if is_colleague else "",
    )
