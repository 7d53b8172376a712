/** A plugin for markdown-it that shows double braces as they are: Vue takes them for expressions, also those of workflows and templates. */
export function plainText(markdown) {
    for (const rule of ["text", "code_inline"]) {
        const render = markdown.renderer.rules[rule];
        markdown.renderer.rules[rule] = (...args) => render(...args).replaceAll("{{", "&#123;&#123;");
    }
}
