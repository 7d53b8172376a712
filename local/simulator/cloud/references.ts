/** A stored resource that can refer to another one. */
interface Referring {
    /** The full resource name. */
    name: string;
    state: Record<string, unknown>;
}

/** Reference keys by resource name: the value in the state that refers to another resource. */
const keys: [name: RegExp, key: (state: Referring["state"]) => unknown][] = [
    [/^\/\/policies\.iam\.googleapis\.com\/.*\/grants\//, ({ member }) => member],
    [/^\/\/pubsub\.googleapis\.com\/projects\/[^/]+\/subscriptions\/[^/]+$/, ({ topic }) => topic],
    [
        /^\/\/pubsub\.googleapis\.com\/projects\/[^/]+\/topics\/[^/]+$/,
        ({ schemaSettings }) => schemaKey(schemaSettings),
    ],
];

/** The key of references to a schema, by its name or path. */
function schemaKey(settings: unknown): string | undefined {
    const { schema } = (settings ?? {}) as { schema?: string };
    return schema && `schemas/${schema.split("/").at(-1)}`;
}

/**
 * The reference key of an entry, to find entries that a deleted or changed resource affects; undefined if it has none.
 */
export function referenceKey({ name, state }: Referring): string | undefined {
    const key = keys.find(([form]) => form.test(name))?.[1](state);
    return typeof key === "string" && key !== "" ? key : undefined;
}

/** Whether entries with this name can have a reference key. */
export const canHaveReferenceKey = (name: string): boolean => keys.some(([form]) => form.test(name));
