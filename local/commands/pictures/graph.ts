import type { Operation } from "../engine/stackResources";

/** What a picture shows, before it has a place. */
export interface Graph {
    title: string;
    nodes: Node[];
    arrows: Arrow[];
    /** It shows what a deployment would change, also if that is nothing. */
    isPreview?: boolean;
}

/** What a deployment would do with something. */
export type Change = Exclude<Operation, "same">;

/** Each change as a text, so that it is not only a color. */
export const markers: Record<Change, string> = {
    create: "+ created",
    update: "~ changed",
    replace: "± replaced",
    delete: "− deleted",
};

export const symbolOf = (change: Change): string => markers[change].slice(0, 1);

export interface Node {
    id: string;
    /** The first line, in bold. */
    name: string;
    /** The second line: what it is. */
    kind: string;
    /** More lines below these. */
    notes?: string[];
    /** What is in it. A node with children is a frame. */
    children?: Node[];
    change?: Change;
}

export interface Arrow {
    from: string;
    to: string;
    /** Lines of text. */
    label: string[];
    /** A head at the start, too. */
    both?: boolean;
    /** Without a head: it belongs to the other, and nothing flows. */
    attached?: boolean;
    /** In the color of a warning. */
    warns?: boolean;
    /** Only if all of it is created or deleted. */
    change?: Change;
}
