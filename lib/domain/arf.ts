import { domainOfSender, type OriginalMessage, readOriginal } from './arf-original.ts';
import { findReportParts } from './arf-parts.ts';
import { formatAddress, parseAddress, unwrapMapped } from './ip.ts';
import { parseMailDate } from './mail-date.ts';
import {
  allValues,
  firstValue,
  latin1,
  readFields,
  withoutComments,
  withPlainLineEnds,
} from './mime-entity.ts';
import { singleAddress } from './network.ts';
import { redactMailbox } from './redacted-sample.ts';
import { classifyNetwork } from './special-purpose.ts';

/** Whatever sends more than this sends no report; the first part of it is looked at. */
export const LARGEST_REPORT_OCTETS = 10 * 1024 * 1024;

const maskedText = /\*|\/\d+$|(?:^|[.:])x+(?:[.:]|$)|redact|mask|hidden/;
const mostListed = 20;
const longestText = 500;

/** Why a person has to look at a report: each one is enough. */
export type ReportProblem =
  /** No part of it is a feedback report. */
  | 'not_a_report'
  /** More than one part is: which of them speaks about the message? */
  | 'several_reports'
  /** It stands in a message that somebody has passed on. */
  | 'forwarded'
  /** The fields stand in a part that is called something else. */
  | 'wrong_part_type'
  /** More parts, depth or octets than are looked at. */
  | 'beyond_limits'
  /** RFC 5965 3.1: these three fields have to be there, once. */
  | 'feedback_type_missing'
  | 'user_agent_missing'
  | 'version_missing'
  /** RFC 5965 3.2: a field that may be there once is there with two values. */
  | 'contradicts_itself';

/** What is said of the address that the message came from. Only `given` may be used to find anything. */
export type SourceState = 'given' | 'missing' | 'several' | 'masked' | 'malformed' | 'not_public';

export type FeedbackReport = {
  /** Lower case, such as `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure`; null where it is not said. */
  feedbackType: string | null;
  version: string | null;
  reporter: Reporter;
  source: { state: SourceState; address: string | null };
  /** When the message came in at the reporter's. */
  arrivalDate: Date | null;
  /** How many messages it speaks of (RFC 5965 3.2). */
  incidents: number;
  /** Reverse-path of the message, null where it is not said. */
  mailFrom: string | null;
  /** Forward-paths, redacted: enough to tell two from each other. */
  recipients: string[];
  original: OriginalMessage | null;
  /** Empty: it is well formed. */
  problems: ReportProblem[];
};

/** Who says so. All of it is only said: nothing here is verified. */
export type Reporter = {
  userAgent: string | null;
  /** Of the report's own From field, lower case. */
  fromDomain: string | null;
  reportedDomains: string[];
  reportingMta: string | null;
};

/**
 * Reads an abuse report: a message with a part of type `message/feedback-report` (RFC 5965, and RFC 6591 for failed
 * authentication). Never throws: what cannot be read is a problem, for a person. Nothing is guessed from other parts of
 * the message: where a field is missing, it is missing.
 * @param message as it came, with any line ends
 */
export function parseFeedbackReport(message: Uint8Array | string): FeedbackReport {
  const whole = typeof message === 'string' ? message : latin1(message.subarray(0, LARGEST_REPORT_OCTETS));
  const text = whole.slice(0, LARGEST_REPORT_OCTETS).replaceAll('\0', '');
  const found = findReportParts(withPlainLineEnds(text));
  const problems = new Set<ReportProblem>(found.problems);
  if (message.length > LARGEST_REPORT_OCTETS) problems.add('beyond_limits');
  const { fields } = readFields(found.report ?? '');
  const once = (name: string): string | null => {
    const values = new Set(allValues(fields, name).map((value) => withoutComments(value).trim()));
    if (values.size > 1) problems.add('contradicts_itself');
    const [value] = values;
    return value === undefined || value === '' ? null : value.slice(0, longestText);
  };
  const type = once('feedback-type')?.toLowerCase() ?? '';
  const feedbackType = /^[a-z0-9][a-z0-9._-]{0,63}$/.test(type) ? type : null;
  const userAgent = firstValue(fields, 'user-agent')?.slice(0, longestText) || null;
  const version = once('version');
  if (found.report !== null) {
    if (feedbackType === null) problems.add('feedback_type_missing');
    if (userAgent === null) problems.add('user_agent_missing');
    if (version === null || !/^\d{1,3}(\.\d{1,3})?$/.test(version)) problems.add('version_missing');
  }
  const incidents = once('incidents');
  return {
    feedbackType,
    version,
    reporter: {
      userAgent,
      fromDomain: domainOfSender(found.headers),
      reportedDomains: listed(allValues(fields, 'reported-domain').map((value) => value.toLowerCase())),
      reportingMta: once('reporting-mta'),
    },
    source: readSource(allValues(fields, 'source-ip')),
    // `Received-Date` is what drafts of the format called it, and some still write it.
    arrivalDate: readDate(once('arrival-date') ?? once('received-date')),
    incidents: incidents !== null && /^\d{1,6}$/.test(incidents) ? Math.max(1, Number(incidents)) : 1,
    mailFrom: withoutBrackets(once('original-mail-from')),
    recipients: listed(
      allValues(fields, 'original-rcpt-to').map((value) => redactMailbox(withoutBrackets(value) ?? '')),
    ),
    original: found.original === null ? null : readOriginal(found.original),
    problems: [...problems],
  };
}

function readDate(value: string | null): Date | null {
  return value === null ? null : parseMailDate(value);
}

function listed(values: readonly string[]): string[] {
  return [...new Set(values.map((value) => value.slice(0, longestText)))].slice(0, mostListed);
}

function withoutBrackets(value: string | null): string | null {
  return value === null ? null : value.replace(/^<(.*)>$/, '$1').trim();
}

/**
 * The address in a Source-IP field, as some write it in brackets or with a name in a comment behind it.
 * @returns the address also where it may not be used, so that a person can read it
 */
function readSource(values: readonly string[]): FeedbackReport['source'] {
  const texts = new Set(values.map((value) => withoutComments(value).trim().toLowerCase()));
  const [text] = texts;
  if (text === undefined || text === '') return { state: 'missing', address: null };
  if (texts.size > 1) return { state: 'several', address: null };
  const address = parseAddress(text.replace(/^\[(?:ipv6:)?([^\]]*)\]$/, '$1'));
  if (address === undefined) {
    return { state: maskedText.test(text) ? 'masked' : 'malformed', address: null };
  }
  const bare = unwrapMapped(address);
  const canonical = formatAddress(bare);
  if (!classifyNetwork(singleAddress(bare)).global) return { state: 'not_public', address: canonical };
  // Masked by zeros: the host part has been taken off, and what is left looks like an address all the same.
  const host = bare.value & (bare.family === 4 ? 0xffn : 0xffff_ffff_ffff_ffffn);
  return { state: host === 0n ? 'masked' : 'given', address: canonical };
}
