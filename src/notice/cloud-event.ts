import { type Notice, nextCommand } from './notice.ts';

/** A CloudEvent 1.0 in structured mode. */
export interface NoticeCloudEvent {
  readonly specversion: '1.0';
  /** The same for every delivery of the same event. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: {
    readonly model: string;
    readonly run: string | null;
    readonly version: number | null;
    readonly text: string;
    readonly link: string | null;
    readonly next: string;
  };
}

export function noticeCloudEvent(notice: Notice): NoticeCloudEvent {
  const { event, on, model, run, version, text, at, link } = notice;
  return {
    specversion: '1.0',
    id: event,
    source: `/perennial/models/${model}`,
    type: `perennial.${on}`,
    subject: run ?? model,
    time: at,
    datacontenttype: 'application/json',
    data: { model, run, version, text, link, next: nextCommand(notice) },
  };
}
