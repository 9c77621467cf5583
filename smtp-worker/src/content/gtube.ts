/**
 * GTUBE, the Generic Test for Unsolicited Bulk Email: a line that every spam filter calls spam, and that nobody sends by
 * mistake. It is looked for without any filter, so that a platform can try what happens to a spam run.
 */
export const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';

const needle = Buffer.from(gtube, 'latin1');
const none = Buffer.alloc(0);

/** Looks through octets as they come, wherever they are cut. */
export type GtubeSearch = { readonly look: (octets: Buffer) => boolean };

export function newGtubeSearch(): GtubeSearch {
  let found = false;
  /** The end of what came before, shorter than the line by one octet at most. */
  let tail: Buffer = none;
  return {
    look: (octets) => {
      if (found) return true;
      const keep = needle.length - 1;
      found =
        octets.includes(needle) ||
        (tail.length > 0 && Buffer.concat([tail, octets.subarray(0, keep)]).includes(needle));
      tail =
        octets.length >= keep
          ? octets.subarray(octets.length - keep)
          : Buffer.concat([tail, octets]).subarray(-keep);
      return found;
    },
  };
}
