import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

const VALID_YEARS = 10;

// ASN.1 tags (ITU-T X.690) and object identifiers (RFC 5280, RFC 5758), as far as one certificate needs them.
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const COMMON_NAME = Buffer.from([0x55, 0x04, 0x03]);
const SUBJECT_ALTERNATIVE_NAME = Buffer.from([0x55, 0x1d, 0x11]);
const ECDSA_WITH_SHA256 = Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);

/**
 * An X.509 certificate for the names and addresses, signed by its own key (EC P-256), as PEM. Node can read
 * certificates and not make them, and `openssl` is not on every machine.
 */
export function createSelfSignedCertificate(
  names: string[],
  now: Date,
): { certificate: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256));
  const name = der(
    SEQUENCE,
    der(
      SET,
      der(
        SEQUENCE,
        der(OBJECT_IDENTIFIER, COMMON_NAME),
        der(UTF8_STRING, Buffer.from(names[0] ?? 'localhost')),
      ),
    ),
  );
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + VALID_YEARS);
  // The first bit stays zero (the number is positive), the second is set (no leading zero octet).
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const toBeSigned = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serial),
    algorithm,
    name,
    der(SEQUENCE, time(now), time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, alternativeNames(names))),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', toBeSigned, privateKey)]);
  return {
    certificate: pem('CERTIFICATE', der(SEQUENCE, toBeSigned, algorithm, der(BIT_STRING, signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function alternativeNames(names: string[]): Buffer {
  // Context tags 2 (dNSName) and 7 (iPAddress) of RFC 5280 section 4.2.1.6.
  const encoded = names.map((name) =>
    isIP(name) === 4 ? der(0x87, ipv4(name)) : der(0x82, Buffer.from(name)),
  );
  const extension = der(OCTET_STRING, der(SEQUENCE, ...encoded));
  return der(SEQUENCE, der(OBJECT_IDENTIFIER, SUBJECT_ALTERNATIVE_NAME), extension);
}

function ipv4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function time(moment: Date): Buffer {
  const text = `${moment.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`;
  // RFC 5280 section 4.1.2.5: two digits for the year until 2049, four after that.
  if (moment.getUTCFullYear() < 2050) return der(UTC_TIME, Buffer.from(text.slice(2)));
  return der(GENERALIZED_TIME, Buffer.from(text));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest >>= 8) length.unshift(rest & 0xff);
  const header = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from(header), content]);
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
