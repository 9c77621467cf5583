import { redirect } from 'next/navigation';
import { landingPath } from '../lib/web/after-sign-in.ts';
import { requireViewer } from '../lib/web/session.ts';

/** The front door leads on: support to what waits, everybody else to their addresses. */
export default async function HomePage() {
  const { viewer } = await requireViewer();
  redirect(landingPath(viewer.staffRole));
}
