import React, { type ReactNode } from 'react';
import CodeBlock from '@theme-original/CodeBlock';
import type { Props } from '@theme/CodeBlock';
import Live from '@site/src/components/Live';

/** A code block fenced as `ts live` becomes an editor with a Run button; all others stay as they are. */
export default function CodeBlockOrLive(props: Props): ReactNode {
  const { children, metastring = '' } = props;
  if (typeof children === 'string' && /(^|\s)live(\s|$)/.test(metastring)) {
    const title = /\btitle="([^"]*)"/.exec(metastring)?.[1];
    return <Live code={children.trimEnd()} {...(title ? { title } : {})} />;
  }
  return <CodeBlock {...props} />;
}
