interface TreeNode {
  type: string;
  name?: string | null;
  data?: object;
  attributes?: { type: string; name?: string; value?: unknown }[];
  children?: TreeNode[];
}

/**
 * A rehype plugin: `<a id="…">`, with which the API pages mark the rows of their tables, becomes an element of the page.
 * As a literal tag it would be a link target that the check for broken anchors does not know.
 */
export function anchors(): (tree: TreeNode) => void {
  const visit = (node: TreeNode): void => {
    if (/^mdxJsx/.test(node.type) && node.name === 'a') {
      const id = node.attributes?.find(({ name }) => name === 'id')?.value;
      Object.assign(node, { type: 'element', tagName: 'a', properties: { id }, data: {} });
    }
    node.children?.forEach(visit);
  };
  return visit;
}
