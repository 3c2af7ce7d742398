// Reads QR codes as browsers do: each argument is a file of two 32-bit numbers, width and height, and the dots in RGBA.
// Prints a line of JSON for each: the code's text, or null.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const jsQR = createRequire(new URL("../edge/package.json", import.meta.url))("jsqr");

for (const path of process.argv.slice(2)) {
  const file = readFileSync(path);
  const code = jsQR(new Uint8ClampedArray(file.subarray(8)), file.readUInt32LE(0), file.readUInt32LE(4));
  console.log(JSON.stringify(code?.data ?? null));
}
