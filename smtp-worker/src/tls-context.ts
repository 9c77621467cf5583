import { randomBytes, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Logger } from 'pino';

/** The certificate in use. It is read again when its files change; a broken one is reported and the old one stays. */
export type TlsContext = { readonly current: () => SecureContext };

export type WatchedTls = TlsContext & {
  readonly texts: () => TlsTexts;
  /** until when clients take the certificate in use */
  readonly notAfter: () => Date;
  readonly reload: () => Promise<void>;
  readonly close: () => void;
};

const lookEveryMs = 10_000;
/** Whoever renews does so weeks before: this late it has gone wrong. */
const endsSoonMs = 7 * 24 * 60 * 60 * 1000;
/** Devices send every few minutes, and a whole handshake is what they are slowest at. */
const sessionSeconds = 60 * 60;
/**
 * Whoever gets hold of the key that seals tickets can read what was said under them (RFC 9325 section 3.4 has it changed
 * each week); a certificate may stay for years.
 */
const sealAnewEveryMs = 24 * 60 * 60 * 1000;

export type TlsFiles = { certificateFile: string; keyFile: string };

/**
 * Certificate and key as they stand in their files, and 48 octets that seal session tickets (RFC 5077, RFC 8446
 * section 4.6.1) until the next reading of the files, or for a day: a client resumes its session with any thread.
 */
export type TlsTexts = { cert: string; key: string; ticketKeys: Uint8Array };

/**
 * @param onChanged told of certificates and keys that came later
 * @throws Error where the files cannot be read or do not belong together
 */
export async function openTlsContext(
  files: TlsFiles,
  log: Logger,
  onChanged: (texts: TlsTexts) => void = () => {},
): Promise<WatchedTls> {
  // Before they are read: what comes in between is another stamp at the next look.
  let seen = await stamp(files).catch(() => '');
  let { texts, context } = await firstOf(files);
  warnOfItsEnd();
  const timer = setInterval(lookAgain, lookEveryMs);
  timer.unref();
  const sealing = setInterval(() => use({ ...texts, ticketKeys: newTicketKeys() }), sealAnewEveryMs);
  sealing.unref();

  function use(changed: TlsTexts): void {
    context = contextOf(changed);
    texts = changed;
    onChanged(texts);
  }

  async function reload(): Promise<void> {
    try {
      use(await readTexts(files));
      log.info('the certificate was read anew');
      warnOfItsEnd();
    } catch (error) {
      log.error({ ...files, reason: String(error) }, 'the new certificate cannot be used, the old one stays');
    }
  }

  async function lookAgain(): Promise<void> {
    const now = await stamp(files).catch(() => seen);
    if (now === seen) return;
    seen = now;
    await reload();
  }

  function notAfter(): Date {
    return new X509Certificate(texts.cert).validToDate;
  }

  function warnOfItsEnd(): void {
    const end = notAfter();
    if (end.getTime() - Date.now() < endsSoonMs)
      log.warn({ notAfter: end.toISOString() }, 'the certificate ends within a week, or has ended');
  }

  function close(): void {
    clearInterval(timer);
    clearInterval(sealing);
  }

  return { current: () => context, texts: () => texts, notAfter, reload, close };
}

async function firstOf(files: TlsFiles): Promise<{ texts: TlsTexts; context: SecureContext }> {
  try {
    const texts = await readTexts(files);
    return { texts, context: contextOf(texts) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`SMTP_TLS_CERT and SMTP_TLS_KEY cannot be used: ${reason}.`, { cause: error });
  }
}

async function readTexts({ certificateFile, keyFile }: TlsFiles): Promise<TlsTexts> {
  const [cert, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { cert, key, ticketKeys: newTicketKeys() };
}

function newTicketKeys(): Uint8Array {
  return randomBytes(48);
}

/** @throws Error where they do not belong together */
export function contextOf({ cert, key, ticketKeys }: TlsTexts): SecureContext {
  // Node takes an empty text for none that was given, and every handshake would fail.
  if (cert === '' || key === '') throw new Error('the certificate or its key is empty');
  return createSecureContext({
    cert,
    key,
    minVersion: 'TLSv1.2',
    honorCipherOrder: true,
    ticketKeys: Buffer.from(ticketKeys),
    sessionTimeout: sessionSeconds,
  });
}

/** The time of change moves with owner and mode as well: a key that could not be read is tried again once it may be. */
async function stamp({ certificateFile, keyFile }: TlsFiles): Promise<string> {
  const both = await Promise.all([stat(certificateFile), stat(keyFile)]);
  return both.map(({ ctimeMs, size, ino }) => `${ctimeMs} ${size} ${ino}`).join(' ');
}

/** Protocol and cipher, as they stand in `Received:`, logs and proofs. */
export function describeTls(socket: TLSSocket): string {
  return `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher()?.standardName ?? ''}`.trim();
}
