/** What a picture shows, before it has a place. */
export interface Graph {
    title: string;
    nodes: Node[];
    arrows: Arrow[];
}

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
}
