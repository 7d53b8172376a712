import type { Entry } from "./store";

/** What an entry can be found by beside its name: what it refers to, by the form of its name and the value in its state. */
const keys: [name: RegExp, key: (state: Record<string, unknown>) => unknown][] = [
    [/^\/\/policies\.iam\.googleapis\.com\/.*\/grants\//, ({ member }) => member],
    [/^\/\/pubsub\.googleapis\.com\/projects\/[^/]+\/subscriptions\/[^/]+$/, ({ topic }) => topic],
    [
        /^\/\/pubsub\.googleapis\.com\/projects\/[^/]+\/topics\/[^/]+$/,
        ({ schemaSettings }) => schemaKey(schemaSettings),
    ],
];

/** The key of what refers to a schema, by its name or its path. */
function schemaKey(settings: unknown): string | undefined {
    const { schema } = (settings ?? {}) as { schema?: string };
    return schema && `schemas/${schema.split("/").at(-1)}`;
}

/** The key of an entry, for what is deleted with or changed by the thing of that name; nothing for most. */
export function keyOf({ name, state }: Pick<Entry, "name" | "state">): string | undefined {
    const key = keys.find(([form]) => form.test(name))?.[1](state);
    return typeof key === "string" && key !== "" ? key : undefined;
}

/** Whether an entry of this name can have a key. */
export const canRefer = (name: string): boolean => keys.some(([form]) => form.test(name));
