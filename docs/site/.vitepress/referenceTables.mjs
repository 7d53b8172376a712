/** The kinds of generated tables that are shown as lists of entries, by their headings: what is in which column. */
const kinds = {
    "argument,type,,when left out": { name: 0, type: 1, text: 2, more: 3, label: "When left out" },
    "output,type,": { name: 0, type: 1, text: 2 },
    "identifier,argument,error": { name: 0, type: 1, text: 2 },
    "identifier,error,solution": { name: 0, text: 1, more: 2, label: "Solution" },
};

/**
 * A plugin for markdown-it that shows generated tables as lists, which have room for long texts and types on narrow screens. Each entry has
 * an anchor, to which the search leads: `StorageBucketArgs.location`, or the identifier of an error.
 */
export function referenceTables(markdown) {
    markdown.core.ruler.push("reference-tables", (state) => {
        const anchors = new Set();
        let scope = "";
        for (let at = 0; at < state.tokens.length; at++) {
            const { type, content } = state.tokens[at];
            if (type === "th_open" && state.tokens[at + 1].content === "") {
                withoutHeading(state.tokens, at);
            }
            scope = type === "html_block" ? (scopeOf(content) ?? scope) : scope;
            if (type !== "table_open") {
                continue;
            }
            const end = state.tokens.findIndex((token, index) => index > at && token.type === "table_close");
            const [headings, ...rows] = rowsOf(state.tokens.slice(at, end));
            const columns = kinds[headings.map((cell) => cell.content).join()];
            if (columns === undefined) {
                continue;
            }
            const entries = rows.flatMap((cells) =>
                entry(state, cells, columns, unique(anchorOf(cells, scope), anchors)),
            );
            const list = [html(state, '<ul class="entries">\n'), ...entries, html(state, "</ul>\n")];
            state.tokens.splice(at, end - at + 1, ...list);
            at += list.length - 1;
        }
    });
}

/** Makes an empty cell of the first row one without a heading, which screen readers would look for. */
function withoutHeading(tokens, at) {
    tokens[at].tag = "td";
    tokens[at + 2].tag = "td";
}

/** What the generated table after a comment is about, such as `StorageBucketArgs`; nothing after a comment that ends one. */
function scopeOf(comment) {
    const [, kind, name] = /^<!-- (arguments|outputs|errors): (?:\w+\/)?(\w+) -->/.exec(comment) ?? [];
    return kind === "errors" ? "" : name;
}

/** The cells of each row of a table, as inline tokens. */
function rowsOf(tokens) {
    const rows = [];
    for (const token of tokens) {
        if (token.type === "tr_open") {
            rows.push([]);
        } else if (token.type === "inline") {
            rows.at(-1).push(token);
        }
    }
    return rows;
}

function anchorOf([{ content }], scope) {
    const name = content
        .replaceAll("`", "")
        .replace(/^static /, "")
        .replace(/\(.*/, "");
    return scope ? `${scope}.${name}` : name;
}

function unique(anchor, anchors) {
    let found = anchor;
    for (let count = 2; anchors.has(found); count++) {
        found = `${anchor}-${count}`;
    }
    anchors.add(found);
    return found;
}

function entry(state, cells, columns, anchor) {
    const { [columns.name]: name, [columns.type]: type, [columns.text]: text, [columns.more]: more } = cells;
    const isRequired = more?.content === "required";
    return [
        html(state, `<li class="entry" id="${anchor}"><p class="entry-head"><a class="entry-name" href="#${anchor}">`),
        name,
        html(state, "</a> "),
        ...(type?.content ? [html(state, '<span class="entry-type">'), type, html(state, "</span> ")] : []),
        ...(isRequired ? [html(state, '<span class="entry-required">required</span>')] : []),
        html(state, "</p>\n"),
        ...(text?.content ? [html(state, '<p class="entry-text">'), text, html(state, "</p>\n")] : []),
        ...(more?.content && !isRequired
            ? [html(state, `<p class="entry-more"><span>${columns.label}:</span> `), more, html(state, "</p>\n")]
            : []),
        html(state, "</li>\n"),
    ];
}

function html(state, content) {
    const token = new state.Token("html_block", "", 0);
    token.content = content;
    return token;
}
