#!/usr/bin/env bash
# PyJWT 2.15.1 and jwcrypto 1.6.1 (PyPI), of a token by jose 6.2.18 (npm).
#
# A credential signed with an Ed25519 key says alg: EdDSA; since RFC 9864 the name for it is Ed25519, and jose writes either with
# the same key. One would expect who verifies the one to verify the other. PyJWT has the old name only: with both allowed, it
# raises InvalidAlgorithmError of the new one, so an issuer who follows the RFC writes badges that some verifiers refuse.
# jwcrypto takes both without being asked.
#
# Seen:
#   EdDSA PyJWT verified jwcrypto verified
#   Ed25519 PyJWT InvalidAlgorithmError jwcrypto verified
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check 'PyJWT[crypto]==2.15.1' jwcrypto==1.6.1
npm install --silent --no-audit --no-fund --prefix . jose@6.2.18 >npm.log 2>&1
cat >sign.mjs <<'NODE'
import { exportJWK, generateKeyPair, SignJWT } from "jose";
const { privateKey, publicKey } = await generateKeyPair("Ed25519");
const tokens = {};
for (const alg of ["EdDSA", "Ed25519"]) {
  tokens[alg] = await new SignJWT({ iss: "https://example.org" }).setProtectedHeader({ alg }).sign(privateKey);
}
console.log(JSON.stringify({ key: await exportJWK(publicKey), tokens }));
NODE
node sign.mjs >signed.json
v/bin/python - >seen 2>python.log <<'PYTHON'
import json
from pathlib import Path

import jwcrypto.jwk
import jwcrypto.jwt
import jwt

signed = json.loads(Path("signed.json").read_text())
key = signed["key"]
verifiers = {
    "PyJWT": lambda token: jwt.decode(token, jwt.PyJWK(key).key, algorithms=["EdDSA", "Ed25519"]),
    "jwcrypto": lambda token: jwcrypto.jwt.JWT(jwt=token, key=jwcrypto.jwk.JWK(**key)),
}
for name, token in signed["tokens"].items():
    seen = []
    for verifier, verify in verifiers.items():
        try:
            verify(token)
            seen.append(f"{verifier} verified")
        except Exception as error:
            seen.append(f"{verifier} {type(error).__name__}")
    print(name, *seen)
PYTHON
diff - seen <<'SEEN'
EdDSA PyJWT verified jwcrypto verified
Ed25519 PyJWT InvalidAlgorithmError jwcrypto verified
SEEN
echo "as stated"
