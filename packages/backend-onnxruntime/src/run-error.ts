import { primitiveNames } from '@tesserajs/tensor';

/** Status lines begin with the place in the runtime's sources and a C++ signature, which say nothing to its users. */
const place = /^\/\S+:\d+ .*?\)(?: \[with [^\]]*\])? /s;

const knownNames: ReadonlySet<string> = new Set(primitiveNames);

/** What a failed run says, with the operation that failed in front; other errors stay as they are. */
export function describeRunError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const status = /running (\w+) node\. Name:'([a-zA-Z]*)[^']*' Status Message: (.*)/s.exec(text);
  if (status === null) return text.trim();
  const [, operator = '', name = '', message = ''] = status;
  return `${knownNames.has(name) ? name : operator}: ${message.replace(place, '').trim()}`;
}
