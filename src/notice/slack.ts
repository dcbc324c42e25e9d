import { type Notice, nextCommand } from './notice.ts';

/** A message of a Slack incoming webhook. Receivers that are no Slack read `text`, or the three fields beside it. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly object[];
  readonly on: string;
  readonly model: string;
  readonly run: string | null;
}

export function slackMessage(notice: Notice): SlackMessage {
  const { on, model, run, text, link } = notice;
  const command = { type: 'mrkdwn', text: `\`${escaped(nextCommand(notice))}\`` };
  return {
    text,
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: `*${escaped(model)}* · ${on}\n${escaped(text).slice(0, 2_900)}` },
      },
      ...(link === null ? [] : [{ type: 'actions', elements: [button(link)] }]),
      { type: 'context', elements: [command] },
    ],
    ...{ on, model, run },
  };
}

const button = (url: string) => ({ type: 'button', text: { type: 'plain_text', text: 'Open the evidence' }, url });

/** The three characters that mean something in Slack's markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
