/** Who takes accepted mail, as far as it matters for its password. */
export type SignedInHop = {
  /** name or address, without brackets */
  host: string;
  /** Whether there is a password at all. */
  password: boolean;
  /** Nothing is sent without a verified certificate. */
  tlsRequired: boolean;
};

/**
 * Whether a password goes to a host that nobody has verified: over whatever TLS it offers, so that somebody in between who
 * offers TLS as well reads it. Within this machine nobody is in between.
 */
export function sendsPasswordUnverified({ host, password, tlsRequired }: SignedInHop): boolean {
  return password && !tlsRequired && !/^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|::1)$/i.test(host);
}

/**
 * Whether a password may go in clear text over a connection to this address: within this machine, and to nobody else.
 * @param address of the other end as the socket has it, undefined where it is gone already
 */
export function isThisMachine(address: string | undefined): boolean {
  return address !== undefined && /^(?:127\.|::1$|::ffff:127\.)/.test(address);
}

/** What an operator is told of it, behind the name of the next hop. */
export const unverifiedPasswordWarning =
  'SMTP_NEXT_HOP has a password and no tls=required: somebody in between can read the password and the mail';
