// Whether two names mean the same organisation: what an account is called, and what a registry has. Names are compared
// by the words that tell organisations apart; a match is a sign for a person to see, never a proof.

/** Legal forms, in the spelling that is left without dots. */
const legalForms = new Set(
  `ab ag aktiebolag aps as asa bhd bv bvba co company corp corporation cv doo eg eirl eood ev fze gbr gesmbh gmbh
  holding holdings inc incorporated ivs jsc kabushiki kaisha kft kg kgaa kk limitada limited llc llp lp ltd ltda mbh nv
  ohg ooo oy oyj plc private pt pte pty pvt rt sa sab sae sarl sas sasu sca scs sdn se sia sl slu snc sp spa spol spzoo sro srl
  sti tbk ug uab vof zao zrt zoo`
    .trim()
    .split(/\s+/),
);

/** Words that half of all organisations have in their names. */
const commonWords = new Set(
  `and association business center centre communication communications consulting data de der des di die digital do du
  electronic electronics engineering et europe europa für fuer global group gruppe gruppo international internet it la
  le les management media net network networks of online office pro service services software solution solutions
  system systems tech technologies technology telecom the trading und union van von web world y e i`
    .trim()
    .split(/\s+/),
);

const combining = /\p{M}+/gu;

/** The words that tell an organisation apart, in lower case without accents, dots and legal forms. */
export function organisationWords(name: string): string[] {
  const plain = name.normalize('NFKD').replace(combining, '').toLowerCase().replaceAll('ß', 'ss');
  // `B.V.` and `S. A.` are one word each.
  const joined = plain.replace(/\b(\p{L})\.\s?(?=\p{L}\b)/gu, '$1').replace(/['’.]/gu, '');
  return joined
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !legalForms.has(word) && !commonWords.has(word));
}

/**
 * Whether `registered` names the organisation `own`: all its telling words are there, as words or written together.
 * A name without telling words matches nothing.
 */
export function sameOrganisation(own: string, registered: string): boolean {
  const words = organisationWords(own);
  const others = organisationWords(registered);
  if (words.length === 0 || words.join('').length < 3) return false;
  const together = others.join('');
  if (together === words.join('')) return true;
  return words.every((word) => others.includes(word));
}

/** The telling part of a verified domain (`acme-devices.co.uk`: `acme devices`), to be compared like a name. */
function nameInDomain(domain: string): string {
  const labels = domain.split('.');
  const registered = labels.length > 2 && (labels.at(-2)?.length ?? 9) <= 3 ? labels.at(-3) : labels.at(-2);
  return (registered ?? domain).replaceAll('-', ' ');
}

/** The name of `registered` that is the organisation's, by its own name or one of its domains; null for none. */
export function matchingName(
  organisation: { name: string; domains: readonly string[] },
  registered: readonly string[],
): string | null {
  const own = [organisation.name, ...organisation.domains.map(nameInDomain)];
  return registered.find((name) => own.some((one) => sameOrganisation(one, name))) ?? null;
}
