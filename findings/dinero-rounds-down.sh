#!/usr/bin/env bash
# dinero.js 2.0.2 (npm).
#
# Tax on 10.05 $ at 14.975 % is 1.5049875 $, and on a refund of the same the same with a minus; transformScale() brings either
# to cents. One would expect the two to cancel out. Its rounding, where none is named, is down, to minus infinity: 1.50 is
# charged and 1.51 given back, a cent a refund. On half a cent the named halfUp does it as well (up is to plus infinity);
# halfAwayFromZero is the one that an accountant calls half up.
#
# Seen:
#   10.05 tax: default 1.50 and -1.51
#   10.05 tax: halfUp 1.50 and -1.50
#   half of 0.05: halfUp 0.03 and -0.02
#   half of 0.05: halfAwayFromZero 0.03 and -0.03
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . dinero.js@2.0.2 >npm.log 2>&1
cat >round.mjs <<'NODE'
import { CAD, dinero, halfAwayFromZero, halfUp, multiply, toDecimal, transformScale } from "dinero.js";
const both = (cents, by, ...rounding) =>
  [cents, -cents]
    .map((amount) => multiply(dinero({ amount, currency: CAD }), by))
    .map((product) => toDecimal(transformScale(product, 2, ...rounding)))
    .join(" and ");
const tax = { amount: 14975, scale: 5 };
const half = { amount: 5, scale: 1 };
console.log("10.05 tax: default", both(1005, tax));
console.log("10.05 tax: halfUp", both(1005, tax, halfUp));
console.log("half of 0.05: halfUp", both(5, half, halfUp));
console.log("half of 0.05: halfAwayFromZero", both(5, half, halfAwayFromZero));
NODE
node round.mjs >seen
diff - seen <<'SEEN'
10.05 tax: default 1.50 and -1.51
10.05 tax: halfUp 1.50 and -1.50
half of 0.05: halfUp 0.03 and -0.02
half of 0.05: halfAwayFromZero 0.03 and -0.03
SEEN
echo "as stated"
