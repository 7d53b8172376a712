import type { Inputs } from "../../../simulator";
import { jsonBody, restAnswer, unimplemented } from "../../emulator/errors";
import type { Answer, Request } from "../../emulator/http";
import type { PubSubApi } from "./api";

/** REST methods: the HTTP method, the collection, the custom verb after the colon, and the implementation. */
const publisher: Record<string, string> = {
    "POST topics/*:publish": "Publish",
    "GET topics/*": "GetTopic",
    "GET topics": "ListTopics",
    "GET topics/*/subscriptions": "ListTopicSubscriptions",
};

const subscriber: Record<string, string> = {
    "GET subscriptions/*": "GetSubscription",
    "GET subscriptions": "ListSubscriptions",
    "POST subscriptions/*:pull": "Pull",
    "POST subscriptions/*:acknowledge": "Acknowledge",
    "POST subscriptions/*:modifyAckDeadline": "ModifyAckDeadline",
    "POST subscriptions/*:seek": "Seek",
    "PUT snapshots/*": "CreateSnapshot",
    "GET snapshots/*": "GetSnapshot",
    "GET snapshots": "ListSnapshots",
    "DELETE snapshots/*": "DeleteSnapshot",
};

const address = /^\/v1\/(projects\/[^/]+)\/((topics|subscriptions|snapshots)(?:\/([^/:]+))?(\/subscriptions)?)(:\w+)?$/;

/** The REST interface of Pub/Sub. */
export function pubSubRest(api: PubSubApi): (request: Request) => Promise<Answer> | undefined {
    return (request) => {
        const [, project, path, kind = "", name, below = "", action = ""] =
            address.exec(decodeURIComponent(request.path)) ?? [];
        if (!project) {
            return undefined;
        }
        const form = `${request.method} ${kind}${name ? "/*" : ""}${below}${action}`;
        const called = publisher[form] ?? subscriber[form] ?? "";
        const full = `${project}/${path?.replace(/\/subscriptions$/, "")}`;
        return answered(api, form, called, request, name ? { [kind.slice(0, -1)]: full, name: full } : { project });
    };
}

function answered(api: PubSubApi, form: string, called: string, request: Request, names: Inputs): Promise<Answer> {
    return restAnswer(() => {
        const method = api.publisher[called] ?? api.subscriber[called];
        if (!method) {
            throw unimplemented(form);
        }
        const { query, ended, account, trace } = request;
        const page = { pageSize: Number(query.get("pageSize")), pageToken: query.get("pageToken") ?? "" };
        const all = { ...page, ...read(jsonBody(request)), ...names, trace };
        api.authorize(called, all, account);
        return method(all, "rest", ended);
    });
}

/** Converts the bytes and times of a request for {@link Method}. */
function read({ messages, time, ...request }: Inputs): Inputs {
    return {
        ...request,
        ...(messages && {
            messages: messages.map((item: Inputs) => ({ ...item, data: Buffer.from(item.data ?? "", "base64") })),
        }),
        ...(time && { time: Date.parse(time) }),
    };
}
