"""What openbadgeslib, a verifier of Open Badges that nobody here wrote, makes of badges and baked pictures.

One JSON message on standard input: {"jws"?: a badge, "png"?: base64, "svg"?: text, "documents": {address: text}}, one of the first
three. Nothing is fetched. On standard output {"holder", "achievement", "jws"} of a badge that holds, or {"refused": "why"}.
"""

import base64
import json
import sys

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.verifier import OB3Verifier

asked = json.load(sys.stdin)
documents = asked["documents"]


def token() -> str:
    if "png" in asked:
        return OB3Verifier.extract_token_from_png(base64.b64decode(asked["png"]))
    if "svg" in asked:
        return OB3Verifier.extract_token_from_svg(asked["svg"].encode())
    return asked["jws"]


def verdict() -> dict:
    jws = token()
    header = jwt.get_unverified_header(jws)
    key = jwt.PyJWK(json.loads(documents[header["kid"]])).key
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    badge = OB3Verifier(pem).verify(
        jws,
        check_status=True,
        # It knows one key: the lists are signed with Ed25519, as the EdDSA badge is.
        verify_status_list=header["alg"] == "EdDSA",
        download=lambda address: documents[address].encode(),
    )
    return {"holder": badge.recipient_id, "achievement": badge.achievement.name, "jws": jws}


try:
    said = verdict()
except (LibOpenBadgesException, KeyError) as error:
    said = {"refused": f"{type(error).__name__}: {error}"}
json.dump(said, sys.stdout)
