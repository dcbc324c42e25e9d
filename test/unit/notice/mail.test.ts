import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { smtpMail } from '../../../src/notice/smtp/mail.ts';

let server: SMTPServer | null = null;
afterEach(async () => {
  await new Promise<void>((closed) => (server ? server.close(() => closed()) : closed()));
  server = null;
});

/** A mail server on the loopback; what arrives is kept. */
async function mailServer(options: SMTPServerOptions = {}): Promise<{ port: number; letters: string[] }> {
  const letters: string[] = [];
  server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'ops' && password === 'pa ss' ? done(null, { user: 'ops' }) : done(new Error('wrong password')),
    authOptional: true,
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        letters.push(Buffer.concat(parts).toString());
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return { port: (server.server.address() as AddressInfo).port, letters };
}

const from = 'Perennial <perennial@example.org>';
const letter = { to: ['ana@example.org', 'bo@example.org'], subject: 'delays: failed', text: 'It broke.', id: 'n1' };

describe('a notice by e-mail', () => {
  it('arrives with the same Message-ID whenever it is sent', async () => {
    const { port, letters } = await mailServer();
    const mail = smtpMail({ server: `smtp://ops:pa%20ss@127.0.0.1:${port}`, from });
    expect(await mail(letter)).toEqual({ state: 'delivered' });
    expect(letters[0]).toContain('Message-ID: <n1@perennial>');
    expect(letters[0]).toContain('To: ana@example.org, bo@example.org');
    expect(letters[0]).toContain('Subject: delays: failed');
    expect(letters[0]).toContain('It broke.');
  });

  it('cannot be led to other recipients by what its text says', async () => {
    const { port, letters } = await mailServer();
    const mail = smtpMail({ server: `smtp://127.0.0.1:${port}`, from });
    await mail({ ...letter, subject: 'x\r\nBcc: eve@example.org' });
    expect(letters[0]).not.toMatch(/^Bcc:/m);
  });

  it('is refused for good by a server that does not take it, and for now by one that is busy', async () => {
    const busy = await mailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('later'), { responseCode: 450 })),
    });
    const temporary = await smtpMail({ server: `smtp://127.0.0.1:${busy.port}`, from })(letter);
    expect(temporary).toMatchObject({ state: 'refused', again: true });
    await new Promise<void>((closed) => server?.close(() => closed()));
    const { port } = await mailServer();
    const wrong = await smtpMail({ server: `smtp://ops:pa55word@127.0.0.1:${port}`, from })(letter);
    expect(wrong).toMatchObject({ state: 'refused', again: false, why: 'the mail server refused with 535' });
    expect(JSON.stringify(wrong)).not.toContain('pa55word');
  });

  it('is refused for now where no server listens, and uncertain when it falls silent over the letter', async () => {
    expect(await smtpMail({ server: 'smtp://127.0.0.1:1', from })(letter)).toMatchObject({
      ...{ state: 'refused', again: true },
      why: expect.stringContaining('ECONNREFUSED'),
    });
    const { port } = await mailServer({ onData: () => undefined, closeTimeout: 10 });
    const silent = await smtpMail({ server: `smtp://127.0.0.1:${port}`, from, timeoutMs: 300 })(letter);
    expect(silent).toMatchObject({ state: 'uncertain' });
  });
});
