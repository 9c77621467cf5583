import 'server-only';
import type { Database } from '../../db/client.ts';
import type { Actor, Result } from '../operations/result.ts';
import { actorOf } from './actor.ts';
import { log } from './log.ts';
import { portal } from './portal.ts';
import { isSameOrigin } from './same-origin.ts';
import { currentViewer } from './session.ts';

type File = { name: string; type: string; text: AsyncIterable<string> | Iterable<string> };
type Context = { database: Database; actor: Actor; now: Date };

/**
 * A file for somebody signed in. It is asked for by POST from a page of ours: that it was taken is an event, and no page
 * elsewhere can make a browser take it. Whoever may not have it does not learn that it is there.
 */
export async function download(
  request: Request,
  make: (context: Context) => Promise<Result<File>>,
): Promise<Response> {
  const { database, environment } = portal();
  if (!isSameOrigin(request.headers, environment.portalUrl)) return notFound();
  const session = await currentViewer();
  if (session === null) return notFound();
  const actor = actorOf(session, request.headers);
  const file = await make({ database, actor, now: new Date() });
  if (!file.ok) return notFound();
  return new Response(streamOf(file.text), {
    headers: {
      'content-type': file.type,
      'content-disposition': `attachment; filename="${file.name}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

function notFound(): Response {
  return new Response('Not found.\n', { status: 404, headers: { 'cache-control': 'no-store' } });
}

/** Piece by piece, as fast as it is taken: a log may be long. */
function streamOf(text: File['text']): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const pieces = Symbol.asyncIterator in text ? text[Symbol.asyncIterator]() : text[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await pieces.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        log.error({ err: error }, 'a download broke off');
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return?.();
    },
  });
}
