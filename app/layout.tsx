import './globals.css';
import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import type { ReactNode } from 'react';
import { messages } from '../lib/web/messages.ts';

// The Latin part is preloaded with a fallback of the same metrics; other scripts come from globals.css when met.
const geist = localFont({
  src: '../node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2',
  variable: '--font-geist',
  weight: '100 900',
});
const geistMono = localFont({
  src: '../node_modules/@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2',
  variable: '--font-geist-mono',
  weight: '100 900',
});

const { product } = messages.common;

// Every page depends on who looks and on settings of this process: nothing may be made once, at build time.
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: { default: product, template: `%s · ${product}` },
  icons: { icon: '/icon.svg' },
  // Nothing here is for search engines but the two public pages, which say so themselves.
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf9f6' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1311' },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={`${geist.variable} ${geistMono.variable}`}>
      <body>{children}</body>
    </html>
  );
}
