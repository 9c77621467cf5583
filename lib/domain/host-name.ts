const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

/**
 * Whether text is a host name: letters, digits, hyphens, and the underscores that some providers have, in labels of
 * at most 63 (RFC 1123 section 2.1, RFC 1035 section 2.3.4), more than one label. Escapes of other bytes are not.
 */
export function isHostName(text: string): boolean {
  if (text.length > LONGEST_NAME) return false;
  const labels = text.split('.');
  return labels.length > 1 && labels.every(isLabel);
}

function isLabel(label: string): boolean {
  return label.length <= LONGEST_LABEL && /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/i.test(label);
}

/** Whether `name` is `domain` or below it. Both in lower case. */
export function isWithinDomain(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}
