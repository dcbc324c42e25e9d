import type { ModelSummary } from '../../api/wire.ts';
import { type Command, exit, flag } from '../command.ts';
import { renderModel, renderModels } from '../output/status.ts';

/** All models on one screen, or one in detail. */
export const run: Command = async ({ client, output }, [model], options) => {
  const perennial = await client();
  const needsPeople = (summary: ModelSummary) => summary.openAlarms.length > 0 || summary.approval !== null;
  let waiting: boolean;
  if (model === undefined) {
    const models = await perennial.models();
    output.document(models, (style) => renderModels(models, style));
    waiting = models.some(needsPeople);
  } else {
    const detail = await perennial.model(model);
    output.document(detail, (style) => renderModel(detail, style));
    waiting = needsPeople(detail);
  }
  return flag(options, 'exitStatus') && waiting ? exit.negative : exit.ok;
};
