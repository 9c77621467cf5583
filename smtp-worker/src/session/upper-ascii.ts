/**
 * Keywords in upper case. Letters beyond ASCII stay what they are: JavaScript's own turns a dotless `ı` into `I` and a
 * long `ſ` into `S`, and `MAıL` would be a command that no other server reads.
 */
export function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
