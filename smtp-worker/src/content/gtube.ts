/**
 * GTUBE, the Generic Test for Unsolicited Bulk Email: a line that every spam filter calls spam, and that nobody sends by
 * mistake. It is looked for without any filter, so that a platform can try what happens to a spam run.
 */
export const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';

const needle = Buffer.from(gtube, 'latin1');
/** What may lie before a cut without being all of it. */
const mostBefore = needle.length - 1;

/** Looks through octets as they come, wherever they are cut. */
export type GtubeSearch = { readonly look: (octets: Buffer) => boolean };

export function newGtubeSearch(): GtubeSearch {
  return new SearchInPieces();
}

class SearchInPieces implements GtubeSearch {
  found = false;
  /** the end of what came before, one character an octet */
  before = '';

  look(octets: Buffer): boolean {
    if (this.found) return true;
    const { before } = this;
    const begin = before + octets.toString('latin1', 0, mostBefore);
    this.found = (before !== '' && begin.includes(gtube)) || octets.includes(needle);
    this.before =
      octets.length >= mostBefore
        ? octets.toString('latin1', octets.length - mostBefore)
        : begin.slice(-mostBefore);
    return this.found;
  }
}
