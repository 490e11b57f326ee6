/** One fenced TypeScript block of a page. */
export interface Sample {
  page: string;
  /** The line of the opening fence, from 1: line n of the code is line `line + n` of the page. */
  line: number;
  code: string;
  /** False for blocks tagged `nocheck`. */
  checked: boolean;
  /** What a `nocheck` block says after the tag: ```` ```ts nocheck="pseudo code" ````. */
  reason: string;
}

/** The `ts` blocks of a Markdown page. A fence inside a longer fence is text. */
export function extractSamples(source: string, page: string): Sample[] {
  const samples: Sample[] = [];
  let fence = '';
  let current: Sample | undefined;
  source.split('\n').forEach((text, index) => {
    const [, ticks = '', info = ''] = /^\s*(`{3,})(.*)$/.exec(text) ?? [];
    if (!fence && ticks) {
      fence = ticks;
      if (/^tsx?\b/.test(info)) {
        const reason = /\bnocheck(?:="([^"]*)")?/.exec(info);
        current = { page, line: index + 1, code: '', checked: !reason, reason: reason?.[1] ?? '' };
      }
    } else if (fence && ticks.length >= fence.length && !info.trim()) {
      if (current) samples.push(current);
      current = undefined;
      fence = '';
    } else if (current) {
      current.code += `${text}\n`;
    }
  });
  return samples;
}
