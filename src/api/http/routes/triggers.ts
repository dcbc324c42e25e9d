import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PerennialError } from '../../../errors/error.ts';
import type { Message } from '../../messages/message.ts';
import { readMessage } from '../../messages/read-message.ts';
import { isSigned } from '../../messages/signature.ts';
import { startWanted } from '../../messages/start-wanted.ts';
import { triggerParams, triggerQuery } from '../../requests.ts';
import type { Triggered } from '../../wire.ts';
import { authorise, needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

type Sender = { readonly name: string; readonly signed: boolean };

/** Messages of other systems that start checks or runs. The route says which; the message says of what. */
export function triggerRoutes(app: FastifyInstance, context: ApiContext): void {
  app.register(async (scope) => {
    // The signature is that of the bytes, and CloudEvents come with content types of their own.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post('/v1/triggers/:what', needs.nothing, async (request, reply): Promise<Triggered> => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const sender = await identify(context, request, body);
      const { what } = parse(triggerParams, request.params, 'path');
      const { settle } = parse(triggerQuery, request.query, 'query');
      const message = named(readMessage(request.headers, body), sender, body);
      const answer = await once(context, message, () =>
        startWanted(context, { what, message, settle, by: sender.name }),
      );
      reply.code(answer.duplicate ? 200 : 202);
      return answer;
    });
  });
}

/** A signature or a token; a signature that is wrong is not made good by a token. */
async function identify(context: ApiContext, request: FastifyRequest, body: Uint8Array): Promise<Sender> {
  const signature = request.headers['x-hub-signature-256'];
  if (signature === undefined)
    return { name: (await authorise(request, context.registry, 'operate')).name, signed: false };
  const { triggerSecret } = context;
  if (triggerSecret === null)
    throw new PerennialError('PRN-API-014', {
      message: 'The message is signed, but this API has no secret to check it with.',
    });
  if (!isSigned(body, String(signature), triggerSecret))
    throw new PerennialError('PRN-API-014', { message: 'The message is not signed with the secret of this API.' });
  return { name: 'message', signed: true };
}

/** A signed message without an id is known by its content, for the rest of the hour: a sender may say the same tomorrow. */
function named(message: Message, { signed }: Sender, body: Uint8Array): Message {
  if (message.id !== null || !signed) return message;
  const hour = new Date().toISOString().slice(0, 13);
  return { ...message, id: `${hour} ${createHash('sha256').update(body).digest('hex')}` };
}

/** Answers a message once, however often it is delivered; what failed is given back, so that the sender may try again. */
async function once(
  { registry }: ApiContext,
  { source, id }: Message,
  answer: () => Promise<Pick<Triggered, 'started' | 'unmatched'>>,
): Promise<Triggered> {
  if (id === null) return { source, id, duplicate: false, ...(await answer()) };
  const taken = await registry.takeMessage({ source, id });
  if (taken.state === 'answered') return { ...(taken.answer as Triggered), duplicate: true };
  if (taken.state === 'being-answered') return { source, id, duplicate: true, started: [], unmatched: [] };
  try {
    const given: Triggered = { source, id, duplicate: false, ...(await answer()) };
    await registry.answerMessage({ source, id, answer: given });
    return given;
  } catch (error) {
    await registry.returnMessage({ source, id }).catch(() => undefined);
    throw error;
  }
}
