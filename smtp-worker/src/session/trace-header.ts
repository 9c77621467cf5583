import type { HeaderField } from '../../../lib/domain/header-section.ts';
import { normaliseDomain } from '../../../lib/domain/smtp-path.ts';
import { attributionField } from '../../../lib/secrets/attribution.ts';
import type { Session } from './session.ts';
import type { Basis, Transaction } from './transaction.ts';

const attributionName = attributionField.toLowerCase();
const longestFor = 200;

/**
 * The header section as it is handed on: `Received:` and our attribution in front, attributions that a client sent
 * taken out, everything else as it came.
 */
export function writeTrace(
  session: Session,
  transaction: Transaction,
  basis: Basis,
  fields: readonly HeaderField[],
  header: Buffer,
): Buffer {
  const attribution = session.facts.attribution({
    server: basis.serverSlug,
    entry: basis.terms?.entryId ?? null,
    transaction: transaction.id,
  });
  const trace = Buffer.from(
    `${receivedField(session, transaction)}${attributionField}: ${attribution}\r\n`,
    'utf8',
  );
  return Buffer.concat([trace, ...withoutAttributions(fields, header)]);
}

function withoutAttributions(fields: readonly HeaderField[], header: Buffer): Buffer[] {
  const kept: Buffer[] = [];
  let from = 0;
  for (const { name, start, end } of fields) {
    if (name !== attributionName) continue;
    kept.push(header.subarray(from, start));
    from = end;
  }
  kept.push(header.subarray(from));
  return kept;
}

/** RFC 5321 4.4. What the client calls itself stands there only where it is a name or a literal at all. */
function receivedField(session: Session, transaction: Transaction): string {
  const { client, settings, facts } = session;
  const literal = client === null ? null : client.includes(':') ? `[IPv6:${client}]` : `[${client}]`;
  const claimed = normaliseDomain(session.ehlo, () => null) === undefined ? null : session.ehlo;
  const from = `${claimed ?? literal ?? 'unknown'}${literal === null ? '' : ` (${literal})`}`;
  const tls = session.tls === null ? '' : ` (${session.tls})`;
  const [only, ...more] = transaction.recipients;
  const recipient =
    more.length === 0 && only !== undefined && only.length <= longestFor ? ` for <${only}>` : '';
  return (
    `Received: from ${from}\r\n` +
    `\tby ${settings.publicName} (Postern) with ${protocol(session, transaction)} id ${transaction.id}${tls}${recipient};\r\n` +
    `\t${dateTime(facts.nowMs())}\r\n`
  );
}

/** RFC 3848, and RFC 6531 4.3. */
function protocol({ greeted, tls, login }: Session, { utf8 }: Transaction): string {
  if (greeted === 'helo') return 'SMTP';
  return `${utf8 ? 'UTF8SMTP' : 'ESMTP'}${tls === null ? '' : 'S'}${login === null ? '' : 'A'}`;
}

/** RFC 5322 3.3. Messages of one second share the text. */
let written = { second: -1, text: '' };

function dateTime(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== written.second) {
    written = { second, text: new Date(nowMs).toUTCString().replace('GMT', '+0000') };
  }
  return written.text;
}
