import { refuseToStart } from './lifecycle.ts';
import { ensurePortalBuild } from './portal-build.ts';
import { buildSmtpNode } from './smtp-build.ts';

// `npm run build`: makes beforehand what the first start would, for services that may not write into this folder. It
// needs neither settings nor a database.

for (const build of [await ensurePortalBuild(console.log), await buildSmtpNode()]) {
  if (!build.ok) refuseToStart(build.message);
}
console.log('Portal and SMTP node are built.');
