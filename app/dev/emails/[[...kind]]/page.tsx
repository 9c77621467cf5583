import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';

export const metadata: Metadata = { title: 'Notification mail' };

type Props = { params: Promise<{ kind?: string[] }> };

/**
 * Every kind of notification mail with sample values, as HTML and as text, to look at while working on it. Not there
 * in production, and neither are the templates then: the jobs process makes the mail.
 */
export default async function MailPreview({ params }: Props) {
  if (process.env.NODE_ENV === 'production') notFound();
  const { mailSamples } = await import('../../../../components/emails/mail-samples.ts');
  const { sampleContext } = await import('../../../../components/emails/mail-sample-values.ts');
  const { renderMail } = await import('../../../../components/emails/render-mail.tsx');
  const [wanted] = (await params).kind ?? [];
  const kinds = Object.keys(mailSamples) as (keyof typeof mailSamples)[];
  const kind = kinds.find((each) => each === wanted);
  if (wanted !== undefined && kind === undefined) notFound();
  const mails = await Promise.all(
    Object.entries(kind === undefined ? {} : mailSamples[kind]).map(async ([name, content]) => ({
      name,
      ...(await renderMail(kind ?? 'received', content, sampleContext)),
    })),
  );
  return (
    <div className="grid gap-6 p-4 lg:grid-cols-[14rem_1fr]">
      <nav aria-label="Kinds" className="flex flex-wrap content-start gap-2 lg:flex-col">
        {kinds.map((each) => (
          <Link key={each} href={`/dev/emails/${each}`} aria-current={each === kind ? 'page' : undefined}>
            {each}
          </Link>
        ))}
      </nav>
      <div className="flex flex-col gap-10">
        {mails.map(({ name, subject, html, text }) => (
          <section key={name} className="flex flex-col gap-3">
            <h2 className="font-semibold">
              {subject} <span className="font-normal text-second">{name}</span>
            </h2>
            <div className="flex flex-wrap gap-4">
              <iframe
                title={`${name}, wide`}
                srcDoc={html}
                className="h-[52rem] w-[44rem] border border-line"
              />
              <iframe
                title={`${name}, narrow`}
                srcDoc={html}
                className="h-[52rem] w-[390px] border border-line"
              />
            </div>
            <pre className="max-w-[44rem] overflow-x-auto rounded-control border border-line bg-sunken p-4">
              {text}
            </pre>
          </section>
        ))}
      </div>
    </div>
  );
}
