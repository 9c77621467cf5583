/**
 * MiB of each of the three semi-spaces that the young generation of an SMTP node consists of. What clients send is garbage
 * at once: a small young generation lets go of it before so much has come that all of the heap is gone through.
 */
export const semiSpaceMb = 4;

/** How Node is started for its main thread; threads are told by their resource limits. */
export const smtpNodeArguments: readonly string[] = [`--max-semi-space-size=${semiSpaceMb}`];
