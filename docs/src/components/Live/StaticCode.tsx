import React, { type ReactNode } from 'react';
import { Highlight } from 'prism-react-renderer';
import { usePrismTheme } from '@docusaurus/theme-common';

/** The code before the editor has loaded: same lines in the same places. */
export default function StaticCode({ code }: { code: string }): ReactNode {
  return (
    <Highlight code={code} language="tsx" theme={usePrismTheme()}>
      {({ tokens, getTokenProps }) => (
        <pre className="live-static">
          {tokens.map((line, number) => (
            <span key={number} className="live-static-line">
              {line.map((token, index) => (
                <span key={index} {...getTokenProps({ token })} />
              ))}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </Highlight>
  );
}
