/** A plugin for markdown-it that frames pictures, and opens them in full size: most are wider than a page. */
export function pictures(markdown) {
    const render = markdown.renderer.rules.image;
    markdown.renderer.rules.image = (tokens, index, ...others) => {
        const image = render(tokens, index, ...others);
        const source = tokens[index].attrGet("src") ?? "";
        return source.startsWith("/pictures/")
            ? `<a class="picture" href="${source}" target="_self" title="Show in full size">${image}</a>`
            : image;
    };
}
