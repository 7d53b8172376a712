import { raised, type Value, type ValueMap } from "./values";

/** A request to an API, as the arguments of `http.request`. */
type Send = (method: string, url: string, more?: ValueMap) => Promise<ValueMap>;

const needed = (args: ValueMap, name: string): string => {
    const value = args[name];
    if (typeof value !== "string") {
        throw raised("TypeError", `the argument '${name}' must be a string`);
    }
    return value;
};

const segment = (args: ValueMap, name: string) => encodeURIComponent(needed(args, name));

/** The connectors that are a request to an API which runs here: https://cloud.google.com/workflows/docs/reference/googleapis */
const connectors: Record<string, (args: ValueMap, send: Send) => Promise<Value>> = {
    "googleapis.pubsub.v1.projects.topics.publish": async (args, send) =>
        bodyOf(
            await send("POST", `https://pubsub.googleapis.com/v1/${needed(args, "topic")}:publish`, {
                body: args.body ?? {},
            }),
        ),
    "googleapis.secretmanager.v1.projects.secrets.versions.access": async (args, send) =>
        bodyOf(await send("GET", `https://secretmanager.googleapis.com/v1/${needed(args, "name")}:access`)),
    "googleapis.secretmanager.v1.projects.secrets.versions.accessString": async (args, send) => {
        const { version = "latest" } = args;
        const name = `projects/${segment(args, "project_id")}/secrets/${segment(args, "secret_id")}/versions/${version}`;
        const { payload } = bodyOf(await send("GET", `https://secretmanager.googleapis.com/v1/${name}:access`)) as {
            payload: { data: string };
        };
        return Buffer.from(payload.data, "base64").toString();
    },
    "googleapis.storage.v1.objects.get": async (args, send) =>
        bodyOf(
            await send(
                "GET",
                `https://storage.googleapis.com/storage/v1/b/${segment(args, "bucket")}/o/${segment(args, "object")}`,
                args.alt === undefined ? {} : { query: { alt: args.alt } },
            ),
        ),
    "googleapis.storage.v1.objects.list": async (args, send) => {
        const { bucket: _, ...query } = args;
        return bodyOf(
            await send("GET", `https://storage.googleapis.com/storage/v1/b/${segment(args, "bucket")}/o`, { query }),
        );
    },
};

const bodyOf = ({ body }: ValueMap): Value => body ?? null;

/** Calls a connector; undefined if it does not run here. */
export function callConnector(name: string, args: ValueMap, request: (args: ValueMap) => Promise<Value>) {
    const send: Send = (method, url, more = {}) =>
        request({ method, url, auth: { type: "OAuth2" }, ...more }) as Promise<ValueMap>;
    return Object.hasOwn(connectors, name) ? connectors[name]?.(args, send) : undefined;
}
