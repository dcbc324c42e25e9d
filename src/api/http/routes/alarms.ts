import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AlarmRecord, Mute } from '../../../alarm/alarm.ts';
import type { AlarmAction } from '../../../alarm/book.ts';
import {
  acknowledgeBody,
  alarmParams,
  alarmsQuery,
  commandBody,
  modelParams,
  muteBody,
  snoozeBody,
  unmuteBody,
} from '../../requests.ts';
import type { AlarmList, Said } from '../../wire.ts';
import { actorOf, needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** Look at alarms, and say something to them. Who said it is the token's name. */
export function alarmRoutes(app: FastifyInstance, { registry }: ApiContext): void {
  app.get('/v1/alarms', needs.reading, async ({ query }): Promise<AlarmList> => {
    return { alarms: await registry.alarms(parse(alarmsQuery, query, 'query')), mutes: [] };
  });
  app.get('/v1/models/:model/alarms', needs.reading, async ({ params, query }): Promise<AlarmList> => {
    const { model } = parse(modelParams, params, 'path');
    const filter = parse(alarmsQuery, query, 'query');
    await registry.model(model);
    const [alarms, mutes] = await Promise.all([registry.alarms({ model, ...filter }), registry.mutes(model)]);
    return { alarms, mutes };
  });
  app.get('/v1/alarms/:alarm', needs.reading, async ({ params }): Promise<AlarmRecord> => {
    return await registry.alarm(parse(alarmParams, params, 'path').alarm);
  });
  const act =
    (read: (body: unknown) => AlarmAction) =>
    async (request: FastifyRequest): Promise<AlarmRecord> => {
      const { alarm } = parse(alarmParams, request.params, 'path');
      return await registry.actOnAlarm(alarm, read(request.body), actorOf(request));
    };
  const acknowledge = act((body) => ({ kind: 'acknowledge', ...parse(acknowledgeBody, body, 'body') }));
  app.post('/v1/alarms/:alarm/acknowledge', needs.operating, acknowledge);
  const snooze = act((body) => ({ kind: 'snooze', ...parse(snoozeBody, body, 'body') }));
  app.post('/v1/alarms/:alarm/snooze', needs.operating, snooze);
  const close = act((body) => ({ kind: 'close', ...parse(commandBody, body, 'body') }));
  app.post('/v1/alarms/:alarm/close', needs.operating, close);
  app.post('/v1/models/:model/mutes', needs.operating, async (request): Promise<Mute> => {
    const { model } = parse(modelParams, request.params, 'path');
    return await registry.mute({ model, ...parse(muteBody, request.body, 'body'), by: actorOf(request) });
  });
  app.post('/v1/models/:model/unmute', needs.operating, async (request): Promise<Said> => {
    const { model } = parse(modelParams, request.params, 'path');
    const unmuted = parse(unmuteBody, request.body, 'body');
    await registry.unmute({ model, ...unmuted, by: actorOf(request) });
    return { message: `${unmuted.column ?? unmuted.code} of ${model} is heard again.` };
  });
}
