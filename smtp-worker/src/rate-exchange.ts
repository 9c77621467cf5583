import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { exchangeNodeRates, leaveNodeRates } from '../../db/queries/node.ts';
import { atMost } from './at-most.ts';
import type { Rates } from './rates.ts';
import type { WhitelistReplica } from './whitelist/replica-types.ts';

/** Nodes tell one another what entries have sent, by way of the primary. */
export type RateExchange = {
  /** Tells and hears: also done every few seconds. */
  readonly exchange: () => Promise<void>;
  /** This node stops: the others need no longer leave a share to it. */
  readonly leave: () => Promise<void>;
};

const exchangeMs = 5_000;
/** For a primary to hear it; one that says nothing must not keep a node that stops. */
const leaveMs = 1_000;

export type RateExchangeOptions = {
  nodeName: string;
  rates: Pick<Rates, 'busy' | 'hear'>;
  onPrimary: WhitelistReplica['onPrimary'];
  log: Logger;
};

export function openRateExchange({ nodeName, rates, onPrimary, log }: RateExchangeOptions): RateExchange {
  // Another name after each start: what was counted before goes on counting.
  const name = `${nodeName} ${randomUUID()}`;
  const timer = setInterval(exchange, exchangeMs);
  timer.unref();

  async function exchange(): Promise<void> {
    try {
      const heard = await onPrimary((client) => exchangeNodeRates(client, name, rates.busy()));
      if (heard !== null) rates.hear(heard.nodes, heard.others);
    } catch (error) {
      log.warn({ reason: String(error) }, 'nodes could not tell one another what entries have sent');
    }
  }

  async function leave(): Promise<void> {
    clearInterval(timer);
    const left = onPrimary((client) => leaveNodeRates(client, name)).catch(() => {});
    await atMost(leaveMs, left);
  }

  return { exchange, leave };
}
