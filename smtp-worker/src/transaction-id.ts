import { randomBytes } from 'node:crypto';

const lettersAndDigits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Ids of mail transactions, unique over all nodes and times without asking anybody: a random start for each process,
 * and a counter. They go into `Received:`, logs and the attribution.
 */
export function newTransactionIds(): () => string {
  const start = Array.from(randomBytes(10), (octet) => lettersAndDigits[octet & 31]).join('');
  let count = 0;
  return () => {
    count += 1;
    return `${start}${count.toString(36).toUpperCase().padStart(5, '0')}`;
  };
}
