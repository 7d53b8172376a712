/** A page in the list of all. */
export interface Entry {
    title: string;
    /** Relative to `docs`. */
    file: string;
    description: string;
}

/** A part of the list, with its pages or groups of pages. */
export interface Section {
    title: string;
    pages: Entry[];
    groups: Section[];
}

/** The sections of the README of `docs`, or of a folder in it: the order of the pages, on GitHub and on the website. */
export function contentsOf(readme: string, folder = ""): Section[] {
    const sections: Section[] = [];
    for (const line of readme.split("\n")) {
        const [, level, heading] = /^(##|###) (.+)$/.exec(line) ?? [];
        const [, title, file, description] = /^\| \[(.+?)\]\((\S+?\.md)\) \| (.*?) \|$/.exec(line) ?? [];
        const section = sections.at(-1);
        if (heading !== undefined) {
            (level === "###" ? section?.groups : sections)?.push({ title: heading, pages: [], groups: [] });
        } else if (title !== undefined && file !== undefined && description !== undefined) {
            (section?.groups.at(-1) ?? section)?.pages.push({ title, file: folder + file, description });
        }
    }
    return sections;
}

/** All pages of some sections in their order. */
export function pagesIn(sections: Section[]): Entry[] {
    return sections.flatMap(({ pages, groups }) => [...pages, ...pagesIn(groups)]);
}
