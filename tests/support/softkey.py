"""A passkey made of nothing but code: what browsers send for a real one, computed by the standard's own rules."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


@dataclass
class SoftKey:
    """A passkey of the site `host`; `verified`: whether its owner gave a finger, a face or a PIN."""

    host: str = "localhost"
    origin: str = "http://localhost:8000"
    verified: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def flags(self) -> AuthenticatorData.FLAG:
        return FLAG.UP | FLAG.UV if self.verified else FLAG.UP

    def made(self, challenge: str) -> dict[str, Any]:
        """Answer the challenge of a registration (base64url)."""
        public = AttestedCredentialData.create(Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key()))
        data = AuthenticatorData.create(self._site(), self.flags | FLAG.AT, 0, bytes(public))
        attestation = AttestationObject.create("none", data, {})
        return self._told(
            {"attestationObject": bytes(attestation), "clientDataJSON": self._client("webauthn.create", challenge)}
        )

    def given(self, challenge: str) -> dict[str, Any]:
        """Answer the challenge of an authentication (base64url)."""
        data, client = bytes(AuthenticatorData.create(self._site(), self.flags, 1)), self._client("webauthn.get", challenge)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._told({"authenticatorData": data, "clientDataJSON": client, "signature": signature})

    def _site(self) -> bytes:
        return sha256(self.host.encode()).digest()

    def _client(self, kind: str, challenge: str) -> bytes:
        return bytes(CollectedClientData.create(kind, websafe_decode(challenge), self.origin))

    def _told(self, response: dict[str, bytes]) -> dict[str, Any]:
        written = websafe_encode(self.id)
        return {
            "id": written,
            "rawId": written,
            "type": "public-key",
            "response": {name: websafe_encode(value) for name, value in response.items()},
            "clientExtensionResults": {},
        }
