import 'server-only';
import { toString as drawQrCode } from 'qrcode';
import type { LiveSession } from '../../db/queries/sessions.ts';
import { totp } from '../adapters/totp.ts';
import { beginSecondFactor } from '../operations/begin-second-factor.ts';
import { portal } from './portal.ts';

/** The key that the person puts into an authenticator, as a picture and as text; null for who has one already. */
export async function secondFactorSetUp(
  session: LiveSession,
): Promise<{ picture: string; secret: string } | null> {
  const { database, secrets, environment } = portal();
  const begun = await beginSecondFactor({ database, personId: session.person.id, totp, secrets });
  if (!begun.ok) return null;
  const { secret } = begun;
  const uri = totp.keyUri({ secret, email: session.person.email, issuer: environment.platformName });
  const svg = await drawQrCode(uri, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' });
  return { picture: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`, secret };
}
