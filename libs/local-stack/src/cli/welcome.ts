import { signDevelopmentToken, type TokenSubject } from '../development-tokens.js';

const TOKEN_TTL_SECONDS = 12 * 3_600;

/** Addresses that the screen shows. */
export interface WelcomeAddresses {
  httpUrl: string;
  mongodbUri: string;
  natsUrl: string;
  logsFolder: string;
}

/** What `npm start` shows once everything runs: where things are, and commands that place and follow a first order. */
export async function welcomeScreen(addresses: WelcomeAddresses, secret: string | undefined): Promise<string> {
  const token = (subject: TokenSubject) => signDevelopmentToken({ ...subject, ttlSeconds: TOKEN_TTL_SECONDS, secret });
  const { httpUrl } = addresses;
  return `
The Order Service is ready.

  API      ${httpUrl}
  Docs     ${httpUrl}/docs
  Board    ${httpUrl}/ops
  Health   ${httpUrl}/health/ready
  MongoDB  ${withoutPassword(addresses.mongodbUri)}
  NATS     ${withoutPassword(addresses.natsUrl)}
  Logs     ${addresses.logsFolder}

Paste into bash. First who is who (tokens are valid for 12 hours; npm run -s token makes others):

API=${httpUrl}
CUSTOMER=${await token({ sub: 'alice', roles: ['customer'] })}
VENDOR=${await token({ sub: 'vera', roles: ['vendor'], vendorId: 'vendor-1' })}
VENDOR_2=${await token({ sub: 'victor', roles: ['vendor'], vendorId: 'vendor-2' })}
ADMIN=${await token({ sub: 'ada', roles: ['admin'] })}
SUPPORT=${await token({ sub: 'sue', roles: ['support'] })}

The board asks for a token: paste in the one of SUPPORT, or VENDOR's to see what a vendor sees.

${FIRST_ORDER}
Ctrl-C stops everything; the data stay in .data.
`;
}

const FIRST_ORDER = `# Fill a cart with products of two vendors
JSON='Content-Type: application/json'
read_id() { node -pe 'JSON.parse(require("fs").readFileSync(0)).id'; }
CART=$(curl -s $API/carts -H "Authorization: Bearer $CUSTOMER" -H "$JSON" -d '{"currency":"USD","items":[{"sku":"demo-1","quantity":2}]}' | read_id)
curl -s $API/carts/$CART/items -H "Authorization: Bearer $CUSTOMER" -H "$JSON" -d '{"sku":"demo-2","quantity":1}'; echo

# Place the order
ORDER=$(curl -s $API/orders -H "Authorization: Bearer $CUSTOMER" -H "$JSON" -d '{
  "cartId": "'$CART'", "email": "alice@example.com", "payments": [{"methodToken": "tok_visa"}],
  "shippingAddress": {"name": "Alice", "line1": "1 Main Street", "city": "Springfield", "postalCode": "12345", "country": "US"}}' | read_id)

# Ship it, as each vendor does with its part, and follow it
curl -s -X PUT $API/orders/$ORDER -H "Authorization: Bearer $VENDOR" -H "$JSON" -d '{"status":"shipped","shipment":{"carrier":"UPS","trackingNumber":"1Z001"}}'; echo
curl -s -X PUT $API/orders/$ORDER -H "Authorization: Bearer $VENDOR_2" -H "$JSON" -d '{"status":"shipped","shipment":{"carrier":"DHL","trackingNumber":"JD002"}}'; echo
curl -s $API/orders/$ORDER/timeline -H "Authorization: Bearer $CUSTOMER"; echo
curl -s "$API/orders?limit=5" -H "Authorization: Bearer $ADMIN"; echo
`;

function withoutPassword(uri: string): string {
  return uri.replace(/\/\/([^:@/]+):[^@/]*@/, '//$1:***@');
}
