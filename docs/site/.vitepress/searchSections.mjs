/**
 * What the search finds on a page: its sections, and each entry of a generated table as a section of its own, so that a search for an
 * argument or an error leads to it. VitePress takes the sections from headings.
 */
export function searchSections(source, env, markdown) {
    const html = markdown.render(source, env);
    if (env.frontmatter?.search === false) {
        return "";
    }
    let level = 1;
    return html.replaceAll(
        /<h(\d)|<li class="entry" id="([^"]+)"><p class="entry-head"><a class="entry-name"[^>]*>(.*?)<\/a>/g,
        (match, heading, anchor, name) => {
            if (heading !== undefined) {
                level = Number(heading);
                return match;
            }
            return `<h${level + 1}>${name} <a href="#${anchor}">#</a></h${level + 1}><p>`;
        },
    );
}
