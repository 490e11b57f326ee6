import React, { useEffect, useRef, type ReactNode } from 'react';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  drawSelection,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type DecorationSet,
} from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';

const markError = StateEffect.define<number | null>();

/** The line an error came from, until the text changes. */
const errorLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    if (transaction.docChanged) return Decoration.none;
    for (const effect of transaction.effects) {
      if (!effect.is(markError)) continue;
      const line = effect.value;
      if (line === null || line < 1 || line > transaction.state.doc.lines) return Decoration.none;
      const mark = Decoration.line({ class: 'live-error-line' });
      return Decoration.set([mark.range(transaction.state.doc.line(line).from)]);
    }
    return marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export interface EditorProps {
  initial: string;
  label: string;
  /** The line to mark as wrong, from 1. */
  wrongLine: number | undefined;
  onChange: (source: string) => void;
  onRun: () => void;
}

/** A TypeScript editor. Tab moves the focus on, as elsewhere on a page; Ctrl or Cmd with Enter runs. */
export default function Editor({ initial, label, wrongLine, onChange, onRun }: EditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, onRun });
  latest.current = { onChange, onRun };

  useEffect(() => {
    if (!host.current) return undefined;
    const runKey = {
      key: 'Mod-Enter',
      run: () => {
        latest.current.onRun();
        return true;
      },
    };
    view.current = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: initial,
        extensions: [
          lineNumbers(),
          highlightSpecialChars(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          javascript({ typescript: true }),
          syntaxHighlighting(classHighlighter),
          errorLine,
          Prec.highest(keymap.of([runKey])),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    return () => view.current?.destroy();
  }, [initial, label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    editor.dispatch({ effects: markError.of(wrongLine ?? null) });
    if (wrongLine === undefined || wrongLine < 1 || wrongLine > editor.state.doc.lines) return;
    // The editor's own scrolling would move the page as well.
    const { top } = editor.lineBlockAt(editor.state.doc.line(wrongLine).from);
    const { scrollDOM } = editor;
    const visible = top >= scrollDOM.scrollTop && top < scrollDOM.scrollTop + scrollDOM.clientHeight - 44;
    if (!visible) scrollDOM.scrollTop = top - scrollDOM.clientHeight / 2;
  }, [wrongLine]);

  return <div ref={host} className="live-editor" />;
}
