import { answerQuestion } from '../../../../../../lib/operations/answer-question.ts';
import { answerEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(answerEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  const result = await answerQuestion({ database, actor, now, id: params.id, answer: body.answer });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
