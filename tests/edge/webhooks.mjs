// What a receiver of webhooks does, by the package that Standard Webhooks publishes: what the journeys `webhooks_out` ask.
//
// One JSON message on standard input, {"secret", "headers", "body"}; on standard output {"payload": …} when the signature, the
// time and the form hold, {"refused": "why"} otherwise.

import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(await text(process.stdin));

function verdict() {
  try {
    return { payload: new Webhook(secret).verify(body, headers) };
  } catch (error) {
    return { refused: error.message };
  }
}

process.stdout.write(JSON.stringify(verdict()));
