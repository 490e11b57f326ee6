import type { Console } from './types.js';

/** The console of browsers and other engines: one line per epoch, no bar. */
export const platformConsole: Console = {
  openBar: () => null,
  writeLine: (text) => {
    console.log(text);
  },
  yieldToEvents: () =>
    new Promise((resolve) => {
      // A message is delivered at once where a timeout may be held back by milliseconds.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }),
};
