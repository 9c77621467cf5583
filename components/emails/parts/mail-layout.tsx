import type { ReactNode } from 'react';
import { Body, Container, Head, Heading, Html, Preview } from 'react-email';
import { sans, shades, styleSheet, type Tone, tones } from '../mail-style.ts';
import type { MailContext } from '../mail-template.ts';
import { Brand } from './brand.tsx';

type MailLayoutProps = {
  subject: string;
  preview: string;
  status: { tone: Tone; word: string };
  title: string;
  context: MailContext;
  footer: ReactNode;
  children: ReactNode;
};

/** The frame of every mail: who writes, what it is about in one word and one line, the matter, the small print. */
export function MailLayout({ subject, preview, status, title, context, footer, children }: MailLayoutProps) {
  const { ink, soft } = tones[status.tone];
  return (
    <Html lang="en" dir="ltr">
      <Head>
        <title>{subject}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        {/* Addresses and times are no links of the client's own making. */}
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
        {/** biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant; as text React would escape it. */}
        <style dangerouslySetInnerHTML={{ __html: styleSheet }} />
      </Head>
      <Body style={{ margin: 0, padding: 0, fontFamily: sans }}>
        <Preview useTitleTag={false}>{preview}</Preview>
        {/* The ground is a table of our own: what React Email makes of the body keeps its light colour in the dark. */}
        <table
          role="presentation"
          width="100%"
          cellPadding={0}
          cellSpacing={0}
          border={0}
          className="page"
          style={{ backgroundColor: shades.page.light }}
        >
          <tbody>
            <tr>
              <td>
                <Container style={{ maxWidth: 600, width: '100%' }}>
                  <table role="presentation" width="100%" cellPadding={0} cellSpacing={0} border={0}>
                    <tbody>
                      <tr>
                        <td className="gutter" style={{ padding: '28px 20px 14px' }}>
                          <Brand platform={context.platform} />
                        </td>
                      </tr>
                      <tr>
                        <td className="gutter" style={{ padding: '0 20px' }}>
                          <table role="presentation" width="100%" cellPadding={0} cellSpacing={0} border={0}>
                            <tbody>
                              <tr>
                                <td
                                  className="surface card"
                                  style={{
                                    padding: '28px 32px 14px',
                                    backgroundColor: shades.surface.light,
                                    border: `1px solid ${shades.line.light}`,
                                    borderRadius: 12,
                                  }}
                                >
                                  <p style={{ margin: '0 0 10px', lineHeight: '22px' }}>
                                    <span
                                      className={`tone-${status.tone} soft-${status.tone}`}
                                      style={{
                                        padding: '2px 8px',
                                        borderRadius: 6,
                                        backgroundColor: soft.light,
                                        color: ink.light,
                                        fontSize: 13,
                                        fontWeight: 600,
                                      }}
                                    >
                                      {status.word}
                                    </span>
                                  </p>
                                  <Heading
                                    as="h1"
                                    className="ink"
                                    style={{
                                      margin: '0 0 10px',
                                      color: shades.ink.light,
                                      fontSize: 21,
                                      fontWeight: 600,
                                      lineHeight: '28px',
                                      letterSpacing: '-0.01em',
                                    }}
                                  >
                                    {title}
                                  </Heading>
                                  {children}
                                </td>
                              </tr>
                            </tbody>
                          </table>
                        </td>
                      </tr>
                      <tr>
                        <td className="gutter" style={{ padding: '16px 20px 36px' }}>
                          {footer}
                        </td>
                      </tr>
                    </tbody>
                  </table>
                </Container>
              </td>
            </tr>
          </tbody>
        </table>
      </Body>
    </Html>
  );
}
