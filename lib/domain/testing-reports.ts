/** For tests: feedback reports in the shape of RFC 5965, in our own words. */

export type ReportShape = {
  /** Header fields of the mail that carries the report. */
  head?: readonly string[];
  /** Lines of the feedback-report part. */
  report?: readonly string[];
  /** Lines of the reported message, or null for none. */
  original?: readonly string[] | null;
  originalType?: string;
  reportType?: string;
  /** Further header lines of the feedback-report part. */
  partHeaders?: readonly string[];
  boundary?: string;
  /** Leaves out the delimiter that ends the last part. */
  open?: boolean;
  lineEnd?: string;
};

export const usualReport = [
  'Feedback-Type: abuse',
  'User-Agent: LoopKeeper/3.2',
  'Version: 1',
  'Original-Mail-From: <invoices@acme.example>',
  'Original-Rcpt-To: <jane.doe@mailbox.example>',
  'Arrival-Date: Fri, 20 Nov 2026 09:00:00 +0000',
  'Reporting-MTA: dns; mx.mailbox.example',
  'Source-IP: 45.90.1.7',
  'Reported-Domain: acme.example',
];

export const usualOriginal = [
  'Received: from mta.platform.example ([198.51.100.4]) by mx.mailbox.example; Fri, 20 Nov 2026 09:00:00 +0000',
  'From: Accounts <invoices@acme.example>',
  'To: jane.doe@mailbox.example',
  'Subject: Your invoice 4711',
  'Message-ID: <4711@acme.example>',
  'Date: Fri, 20 Nov 2026 08:59:58 +0000',
  '',
  'Please find attached what you never asked for.',
];

export function reportMessage(shape: ReportShape = {}): string {
  const {
    head = [
      'From: Feedback <fbl@mailbox.example>',
      'Date: Fri, 20 Nov 2026 10:00:00 +0000',
      'Subject: Complaint',
    ],
    report = usualReport,
    original = usualOriginal,
    originalType = 'message/rfc822',
    reportType = 'message/feedback-report',
    partHeaders = [],
    boundary = 'edge-1',
    open = false,
    lineEnd = '\r\n',
  } = shape;
  const lines = [
    ...head,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=feedback-report; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'One of our users does not want this message.',
    '',
    `--${boundary}`,
    `Content-Type: ${reportType}`,
    ...partHeaders,
    '',
    ...report,
    '',
    ...(original === null ? [] : [`--${boundary}`, `Content-Type: ${originalType}`, '', ...original]),
    ...(open ? [] : [`--${boundary}--`]),
    '',
  ];
  return lines.join(lineEnd);
}
