"""Signatures: vectors that others published, and secrets that cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from connlint.evidence.events import Signing
from connlint.mock.signing import BadSecret, Signer, new_secret

STANDARD = Signing("standard-webhooks")
GITHUB = Signing(
    "hmac", header="X-Hub-Signature-256", value="sha256={signature}", id_header="X-GitHub-Delivery"
)
STRIPE = Signing(
    "hmac", header="Stripe-Signature", value="t={timestamp},v1={signature}", over="{timestamp}.{body}"
)
REFERENCE_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_vector_of_standard_webhooks() -> None:
    """Source: the reference implementation's test of signing (standard-webhooks, svix-webhooks)."""
    headers = dict(
        Signer(STANDARD, [REFERENCE_SECRET]).headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
        )
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_vector_of_github() -> None:
    """Source: GitHub's documentation, page "Validating webhook deliveries", its test values."""
    headers = dict(Signer(GITHUB, ["It's a Secret to Everybody"]).headers("72d3162e", 0, b"Hello, World!"))
    assert headers == {
        "X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "X-GitHub-Delivery": "72d3162e",
    }


def test_the_vector_of_stripe() -> None:
    """Source: stripe-dotnet, EventUtilityTest, with its event_test_signature.json."""
    event = {
        "id": "evt_123",
        "object": "event",
        "account": "acct_123",
        "api_version": "2017-05-25",
        "created": 1533204620,
        "data": {
            "object": {
                "id": "ii_123",
                "object": "invoiceitem",
                "amount": 1000,
                "currency": "usd",
                "customer": "cus_123",
                "date": 1533204620,
                "description": "Test Invoice Item",
                "discountable": False,
                "invoice": "in_123",
                "livemode": False,
                "metadata": {},
                "period": {"start": 1533204620, "end": 1533204620},
                "plan": None,
                "proration": False,
                "quantity": None,
                "subscription": None,
            }
        },
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": "req_123", "idempotency_key": "idempotency-key-123"},
        "type": "invoiceitem.created",
    }
    body = (json.dumps(event, indent=2) + "\n").encode()
    headers = dict(Signer(STRIPE, ["webhook_secret"]).headers("", 1533204620, body))
    assert headers == {
        "Stripe-Signature": "t=1533204620,v1=f0bdba6d4eacbd8ad8a3bbadd7248e633ec1477f7899c124c51b39405fa36613"
    }


def test_the_library_of_standard_webhooks_agrees() -> None:
    secret = new_secret(STANDARD)
    body = '{"ü": "€"}'
    headers = dict(Signer(STANDARD, [secret]).headers("msg_1", 1_800_000_000, body.encode()))
    assert headers["webhook-signature"] == Webhook(secret).sign(
        "msg_1", datetime.fromtimestamp(1_800_000_000, UTC), body
    )


def test_while_secrets_rotate_each_signs() -> None:
    old, new = new_secret(STANDARD), new_secret(STANDARD)
    both = dict(Signer(STANDARD, [new, old]).headers("m", 1, b"x"))["webhook-signature"].split(" ")
    assert both == [
        dict(Signer(STANDARD, [one]).headers("m", 1, b"x"))["webhook-signature"] for one in (new, old)
    ]
    listed = dict(Signer(STRIPE, ["a", "b"]).headers("m", 7, b"x"))["Stripe-Signature"]
    assert listed.startswith("t=7,v1=")
    assert listed.count(",v1=") == 2


@pytest.mark.parametrize(
    ("signing", "secret"),
    [(STANDARD, "whsec_no base64!"), (STANDARD, "whsec_"), (GITHUB._replace(key="hex"), "xyz"), (GITHUB, "")],
)
def test_a_secret_that_cannot_be_read_is_not_told(signing: Signing, secret: str) -> None:
    with pytest.raises(BadSecret) as caught:
        Signer(signing, [secret])
    assert "no base64!" not in str(caught.value)


def test_nothing_is_signed_where_the_vendor_signs_nothing() -> None:
    assert Signer(Signing("none"), []).headers("m", 1, b"x") == []
    assert new_secret(Signing("none")) == ""
