import { parseArgs } from 'node:util';
import { narrate } from './demo/narrator.ts';
import { tellStory } from './demo/story.ts';

/** `npm run demo`: the whole loop on real flights, on an embedded platform of its own. */
const { values } = parseArgs({
  options: {
    interactive: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    state: { type: 'string', default: '.perennial/demo' },
  },
});

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

const narrator = narrate(process.stdout);
process.exitCode = await tellStory({ ...values, narrator, signal: interrupted.signal });
// Whatever still holds the event loop open (a socket that closes slowly) does not hold up the shell.
process.exit();
