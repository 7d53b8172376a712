import {
    type Clock,
    type Cloud,
    errorOfCode,
    type FaultAnswer,
    type Faults,
    GoogleError,
    type Inputs,
    type Verb,
} from "../../../simulator";
import { type Answer, DroppedConnection, type Request, type RestApi } from "../http";
import { type Call, type Method, valueAt, verifyRequest } from "./call";
import { type OperationFormat, type OperationRequest, Operations } from "./operations";

/** An API with methods that Google's discovery documents describe. */
export interface ApiDefinition {
    methods: Method[];
    /** The format of operations; without it, methods do not start any, or some of their own. */
    operations?: OperationFormat;
    /** Formats an error; by default as {@link errorAnswer}. */
    errorAnswer?(error: unknown): Answer;
    /** The names in the path as the methods expect them. */
    names?(names: Inputs, cloud: Cloud): Inputs;
    /** The project of a call. */
    project(names: Inputs, body: Inputs): string;
    /** Throws if the API is disabled, or the caller lacks permissions of the method. */
    authorize(call: Pick<Call, "cloud" | "names" | "body">, method: Method): void;
}

/** Simulated errors, and the clock for their delays. */
export interface FaultSettings {
    faults: Faults;
    clock: Clock;
}

const verbs: Record<Method["verb"], Verb> = {
    GET: "read",
    POST: "create",
    PATCH: "update",
    PUT: "update",
    DELETE: "delete",
};

/** Answers an API's methods, for programs that call it directly. */
export function methodsRest(cloud: Cloud, api: ApiDefinition, troubles?: FaultSettings): RestApi {
    const operations = new Operations(cloud, api.operations as OperationFormat);
    return (request) => {
        const found = matching(api.methods, request);
        return found && answered(cloud, api, operations, request, found, troubles);
    };
}

interface Found {
    method: Method;
    names: Inputs;
}

function matching(methods: Method[], { method: verb, path }: Request): Found | undefined {
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
    api: ApiDefinition,
    operations: Operations,
    request: Request,
    { method, names: asked }: Found,
    troubles?: FaultSettings,
): Promise<Answer> {
    try {
        const body = bodyOf(request);
        const name = String((method.creates && valueAt(body, method.creates)) ?? Object.values(asked).at(-1));
        const fault = (token: string, isBegun = false) =>
            troubles?.faults.next({ verb: verbs[method.verb], token, name, isBegun });
        const trouble = fault(method.id);
        await strike(trouble, troubles);
        const names = api.names?.(asked, cloud) ?? asked;
        api.authorize({ cloud, names, body }, method);
        verifyRequest(method, request.query, body);
        const operate = operating(operations, api.project(names, body), fault, troubles);
        const isFailing = trouble?.answer === "fail";
        const answer = await method.answer({
            cloud,
            operations,
            names,
            query: request.query,
            body,
            isFailing,
            operate,
        });
        await linger(trouble, troubles);
        return { status: 200, body: answer };
    } catch (error) {
        return (api.errorAnswer ?? errorAnswer)(error);
    }
}

function bodyOf({ body }: Request): Inputs {
    try {
        return body.length === 0 ? {} : JSON.parse(body.toString());
    } catch {
        throw new GoogleError(400, "Invalid JSON payload received.");
    }
}

/** Applies faults before a call takes effect. */
async function strike(fault: FaultAnswer | undefined, troubles: FaultSettings | undefined): Promise<void> {
    if (fault?.answer === "kill") {
        troubles?.faults.end();
    }
    if (fault?.answer === "kill" || fault?.answer === "cut") {
        throw new DroppedConnection();
    }
    if (typeof fault?.answer === "number") {
        throw errorOfCode(fault.answer, false);
    }
}

/** Applies faults after a call took effect. */
async function linger(fault: FaultAnswer | undefined, troubles: FaultSettings | undefined): Promise<void> {
    if (fault?.answer === "lose") {
        troubles?.faults.end();
        throw new DroppedConnection();
    }
    if (fault?.answer === "drop") {
        throw new DroppedConnection();
    }
    if (fault?.answer === "slow") {
        await troubles?.clock.sleep(fault.seconds * 1000);
    }
}

/** gRPC codes of HTTP codes: `google/rpc/code.proto`. */
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

/** Operations can also fail or be slow: faults refer to them by their own method. */
function operating(
    operations: Operations,
    project: string,
    fault: (token: string, isBegun: boolean) => FaultAnswer | undefined,
    troubles: FaultSettings | undefined,
): Call["operate"] {
    return (startedOperation: Omit<OperationRequest, "response">, effect) => {
        operations.requireIdle(startedOperation.target);
        const trouble = fault(`${operations.format.methodPackage}.${startedOperation.method}`, true);
        if (typeof trouble?.answer === "number") {
            const [code] = rpcCodes[trouble.answer] ?? [2];
            return operations.begin(project, {
                ...startedOperation,
                error: { code, message: errorOfCode(trouble.answer, false).text },
            });
        }
        if (trouble?.answer === "break") {
            effect();
            return operations.begin(project, {
                ...startedOperation,
                error: { code: 13, message: "An internal error has occurred" },
            });
        }
        const takes = trouble?.answer === "slow" ? (trouble.seconds * 1000) / (troubles?.faults.speed ?? 1) : 0;
        return operations.begin(project, { ...startedOperation, response: effect(), takes });
    };
}

/** Other statuses of a code: those of errors with these reasons. */
const statusOfReason: Record<string, string> = { aborted: "ABORTED", failedPrecondition: "FAILED_PRECONDITION" };

/** Formats an error of the API. */
export function errorAnswer(error: unknown): Answer {
    if (error instanceof DroppedConnection) {
        throw error;
    }
    const { code, text, details, reason } =
        error instanceof GoogleError ? error : new GoogleError(500, String((error as Error).message));
    const status = statusOfReason[reason ?? ""] ?? rpcCodes[code]?.[1] ?? "UNKNOWN";
    return { status: code, body: { error: { code, message: text, status, details } } };
}
