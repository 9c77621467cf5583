import { render, toPlainText } from 'react-email';
import type { TemplateKind } from '../../lib/domain/mail-kinds.ts';
import type { MailContent } from '../../lib/domain/mail-values.ts';
import { visibleLine } from '../../lib/domain/one-line.ts';
import type { MailContext, RenderContext } from './mail-template.ts';
import { templateOf } from './mail-templates.ts';
import { MailFooter } from './parts/mail-footer.tsx';
import { MailLayout } from './parts/mail-layout.tsx';

export type RenderedMail = { subject: string; html: string; text: string };

const LONGEST_SUBJECT = 140;
const TEXT_WIDTH = 76;

/** Makes the mail of a kind: subject on one line, HTML without anything remote, and the same as plain text. */
export async function renderMail<Kind extends TemplateKind>(
  kind: Kind,
  content: MailContent<Kind>,
  context: MailContext,
): Promise<RenderedMail> {
  const template = templateOf(kind);
  const full: RenderContext = {
    ...context,
    subjectOf: (item) => templateOf(item.kind).subject({ ...item.content, context: full }),
  };
  const props = { ...content, context: full };
  const subject = subjectLine(template.subject(props));
  const { Body } = template;
  const html = await render(
    <MailLayout
      subject={subject}
      preview={template.preview(props)}
      status={template.status(props)}
      title={template.title(props)}
      context={context}
      footer={<MailFooter kind={kind} account={content.account} context={context} />}
    >
      <Body {...props} />
    </MailLayout>,
  );
  return { subject, html, text: plainText(html) };
}

/** Labels and names are the customer's: none of them makes a second header line or an endless one. */
function subjectLine(text: string): string {
  const line = visibleLine(text);
  const letters = [...line];
  return letters.length <= LONGEST_SUBJECT ? line : `${letters.slice(0, LONGEST_SUBJECT - 1).join('')}…`;
}

function plainText(html: string): string {
  const text = toPlainText(html, {
    wordwrap: TEXT_WIDTH,
    selectors: [
      { selector: 'h1', options: { uppercase: false } },
      { selector: 'h2', options: { uppercase: false } },
      {
        selector: 'a',
        options: { linkBrackets: ['<', '>'], hideLinkHrefIfSameAsText: true, noAnchorUrl: true },
      },
      { selector: 'td', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
      { selector: 'blockquote', options: { leadingLineBreaks: 1, trailingLineBreaks: 2 } },
    ],
  });
  return `${text.replace(/\n{3,}/g, '\n\n').trim()}\n`;
}
