/**
 * Looks at every octet of a message body for what other mail systems might take for the end of a line or of the
 * message: CR or LF alone, and NUL. It also finds the closing dot. Octets that cannot be judged yet (a CR, or the
 * dot that begins a line, at the end of a chunk) are left for the next call, so nothing that was not judged is ever
 * handed on, and the state between two chunks is only how long the line is so far.
 */
export type BodyScan = {
  /** octets of the current line so far, 0 at its start */
  lineOctets: number;
  /** dots so far that only stand before a line which itself begins with one (RFC 5321 4.5.2) */
  stuffedDots: number;
  /** where the judged octets end; with `end`, behind the CR LF of the dot line */
  judgedTo: number;
  status: 'more' | 'end' | 'bad';
  /** what is bad */
  problem: 'bare_cr' | 'bare_lf' | 'nul' | 'long_line' | null;
};

/** RFC 5321 4.5.3.1.6: 1000 octets with CR LF, and the stuffed dot does not count. */
const longestLine = 998;

/** The dot that ends a message, with its CR LF. */
export const dotLineOctets = 3;

const lf = 0x0a;
const cr = 0x0d;
const dot = 0x2e;

/** Looking at four octets at once is worth the view of them from here on. */
const leastForWords = 512;
const noWords = new Int32Array(0);
const wordOctets = 4;
const firstPlain = 0x0e0e0e0e;
const highBits = 0x80808080;

export function newBodyScan(): BodyScan {
  return { lineOctets: 0, stuffedDots: 0, judgedTo: 0, status: 'more', problem: null };
}

/** Judges octets from `from` on. @returns the new status, also kept in `scan` */
export function scanBody(scan: BodyScan, octets: Uint8Array, from: number): BodyScan['status'] {
  const end = octets.length;
  const words = end - from < leastForWords ? noWords : wordsOf(octets);
  /** where the octets of the first word are, and of the one behind the last */
  const wordsFrom = -octets.byteOffset & (wordOctets - 1);
  const wordsTo = wordsFrom + words.length * wordOctets;
  const lastFour = words.length - 3;
  let lineStart = from - scan.lineOctets;
  let at = from;
  scan.problem = null;
  while (at < end) {
    if (at === lineStart && octets[at] === dot) {
      if (at + 1 === end) break;
      if (octets[at + 1] === cr) {
        if (at + 2 === end) break;
        if (octets[at + 2] === lf) return settle(scan, 'end', at + dotLineOctets, 0);
        return found(scan, 'bare_cr', at);
      }
      scan.stuffedDots += 1;
      lineStart += 1;
      at += 1;
    }
    // Hardly anything below CR stands in mail but CR and LF themselves, tabs aside.
    while (at < end && (octets[at] as number) > cr) {
      at += 1;
      if (at >= wordsTo || ((at - wordsFrom) & (wordOctets - 1)) !== 0) continue;
      let word = (at - wordsFrom) >> 2;
      while (word < lastFour && isPlain4(words, word)) word += 4;
      while (word < words.length && isPlain(words[word] as number)) word += 1;
      at = wordsFrom + word * wordOctets;
    }
    if (at === end) break;
    const octet = octets[at];
    if (octet === cr) {
      if (at + 1 === end) break;
      if (octets[at + 1] !== lf) return found(scan, 'bare_cr', at);
      if (at - lineStart > longestLine) return found(scan, 'long_line', at);
      at += 2;
      lineStart = at;
    } else if (octet === lf) return found(scan, 'bare_lf', at);
    else if (octet === 0) return found(scan, 'nul', at);
    else at += 1;
  }
  // The last line may already be too long; waiting for its end would mean handing it on first.
  if (at - lineStart > longestLine) return found(scan, 'long_line', at);
  return settle(scan, 'more', at, at - lineStart);
}

/** The octets of a chunk in fours, but for those in front of the first and behind the last whole word. */
function wordsOf(octets: Uint8Array): Int32Array {
  const from = -octets.byteOffset & (wordOctets - 1);
  return new Int32Array(octets.buffer, octets.byteOffset + from, (octets.length - from) >> 2);
}

/** Whether each of four octets is above CR: a lower one borrows from its high bit, one beyond ASCII has that itself. */
function isPlain(word: number): boolean {
  return ((word - firstPlain) & ~word & highBits) === 0;
}

/** The same of four words, which there must be: one branch instead of four. */
function isPlain4(words: Int32Array, at: number): boolean {
  const one = words[at] as number;
  const two = words[at + 1] as number;
  const three = words[at + 2] as number;
  const four = words[at + 3] as number;
  const low =
    ((one - firstPlain) & ~one) |
    ((two - firstPlain) & ~two) |
    ((three - firstPlain) & ~three) |
    ((four - firstPlain) & ~four);
  return (low & highBits) === 0;
}

function settle(scan: BodyScan, status: 'more' | 'end', judgedTo: number, lineOctets: number): typeof status {
  scan.status = status;
  scan.judgedTo = judgedTo;
  scan.lineOctets = lineOctets;
  return status;
}

function found(scan: BodyScan, problem: BodyScan['problem'], at: number): 'bad' {
  scan.status = 'bad';
  scan.problem = problem;
  scan.judgedTo = at;
  return 'bad';
}
