import { openTestSession } from '../../smtp-worker/src/testing/session-harness.ts';
import { codesIn, farewell, spoken } from './ask.ts';
import { type Probe, probeStates } from './probes.ts';

/** Says the probe to the session engine, as a client in force. @returns all reply codes from the probe on */
export function askEngine(probe: Probe): string[] {
  const open = openTestSession();
  for (const line of probeStates[probe.state]) open.send(`${line}\r\n`);
  open.said();
  const first = open.send(spoken(probe));
  const goodbye = farewell(probe, firstReply(first));
  const codes = codesIn(first + (goodbye === null ? '' : open.send(goodbye)));
  // The handshake that is promised is the end of what can be compared.
  return goodbye === null ? codes.slice(0, 1) : codes;
}

function firstReply(said: string): string {
  return /^(?:[0-9]{3}-[^\n]*\n)*[0-9]{3} [^\n]*\n/.exec(said)?.[0] ?? '';
}
