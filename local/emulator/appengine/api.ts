import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { words } from "../../provider/calls";
import type { Clock } from "../../provider/clock";
import type { Faults, Struck, Verb } from "../../provider/faults";
import type { Inputs } from "../../rules/rules";
import { appEngineApi } from "../../services/appengine/names";
import { type Answer, Cut, type Request, type RestApi } from "../http";
import { applicationMethods } from "./applications";
import { type Call, type Method, verifyRequest } from "./call";
import { type Begun, Operations } from "./operations";
import { serviceMethods } from "./services";

/** Every method that is answered. */
export const methods: Method[] = [...applicationMethods, ...serviceMethods];

/** What may go wrong on purpose, and the time in which that is waited for. */
export interface Troubles {
    faults: Faults;
    clock: Clock;
}

const verbs: Record<Method["verb"], Verb> = { GET: "read", POST: "create", PATCH: "update", DELETE: "delete" };

/** The App Engine Admin API, for what changes an application beside the provider. */
export function appEngineRest(cloud: Cloud, troubles?: Troubles): RestApi {
    const operations = new Operations(cloud);
    return (request) => {
        const found = matching(request);
        return found && answered(cloud, operations, request, found, troubles);
    };
}

interface Found {
    method: Method;
    names: Inputs;
}

function matching({ method: verb, path }: Request): Found | undefined {
    for (const method of methods) {
        const form = method.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/:]+)");
        const match = method.verb === verb && new RegExp(`^/${form}$`).exec(decodeURIComponent(path));
        if (match) {
            return { method, names: { ...match.groups } };
        }
    }
    return undefined;
}

async function answered(
    cloud: Cloud,
    operations: Operations,
    request: Request,
    found: Found,
    troubles?: Troubles,
): Promise<Answer> {
    try {
        const body = bodyOf(request);
        const { method, names } = found;
        const name = String(Object.values(names).at(-1) ?? body.id);
        const struck = (token: string, isBegun = false) =>
            troubles?.faults.next({ verb: verbs[method.verb], token, name, isBegun });
        const trouble = struck(method.id);
        await strike(trouble, troubles);
        cloud.projects.requireApi(String(names.appsId ?? body.id), ...appEngineApi);
        verifyRequest(method, request.query, body);
        const operate = operating(operations, struck, troubles);
        const answer = method.answer({ cloud, operations, names, query: request.query, body, operate });
        await linger(trouble, troubles);
        return { status: 200, body: answer };
    } catch (error) {
        return refused(error);
    }
}

function bodyOf({ body }: Request): Inputs {
    try {
        return body.length === 0 ? {} : JSON.parse(body.toString());
    } catch {
        throw new GoogleError(400, "Invalid JSON payload received.");
    }
}

/** What befalls a call before it has an effect. */
async function strike(struck: Struck | undefined, troubles: Troubles | undefined): Promise<void> {
    if (struck?.answer === "kill") {
        troubles?.faults.end();
    }
    if (struck?.answer === "kill" || struck?.answer === "cut") {
        throw new Cut();
    }
    if (typeof struck?.answer === "number") {
        throw words(struck.answer, false);
    }
}

/** What befalls it after that. */
async function linger(struck: Struck | undefined, troubles: Troubles | undefined): Promise<void> {
    if (struck?.answer === "lose") {
        troubles?.faults.end();
        throw new Cut();
    }
    if (struck?.answer === "slow") {
        await troubles?.clock.sleep(struck.seconds * 1000);
    }
}

/** The codes of gRPC for those of HTTP: `google/rpc/code.proto`. */
const rpcCodes: Record<number, [code: number, status: string]> = {
    400: [3, "INVALID_ARGUMENT"],
    401: [16, "UNAUTHENTICATED"],
    403: [7, "PERMISSION_DENIED"],
    404: [5, "NOT_FOUND"],
    409: [6, "ALREADY_EXISTS"],
    412: [9, "FAILED_PRECONDITION"],
    429: [8, "RESOURCE_EXHAUSTED"],
    500: [13, "INTERNAL"],
    503: [14, "UNAVAILABLE"],
    504: [4, "DEADLINE_EXCEEDED"],
};

/** Operations can fail, too, or take their time: a fault names them by their own method. */
function operating(
    operations: Operations,
    struck: (token: string, isBegun: boolean) => Struck | undefined,
    troubles: Troubles | undefined,
): Call["operate"] {
    return (begun: Omit<Begun, "response">, effect) => {
        const project = begun.target.split("/")[1] as string;
        operations.requireIdle(project, begun.target);
        const trouble = struck(`google.appengine.v1.${begun.method}`, true);
        if (typeof trouble?.answer === "number") {
            const [code] = rpcCodes[trouble.answer] ?? [2];
            return operations.begin(project, { ...begun, error: { code, message: words(trouble.answer, false).text } });
        }
        const takes = trouble?.answer === "slow" ? (trouble.seconds * 1000) / (troubles?.faults.speed ?? 1) : 0;
        return operations.begin(project, { ...begun, response: effect(), takes });
    };
}

/** An error as the API answers it. */
function refused(error: unknown): Answer {
    if (error instanceof Cut) {
        throw error;
    }
    const { code, text, details, reason } =
        error instanceof GoogleError ? error : new GoogleError(500, String((error as Error).message));
    const status = reason === "aborted" ? "ABORTED" : (rpcCodes[code]?.[1] ?? "UNKNOWN");
    return { status: code, body: { error: { code, message: text, status, details } } };
}
