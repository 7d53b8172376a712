import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { authorizeMethod } from "../../provider/authorize";
import { verifyConstraints } from "../../rules/constraints";
import type { Inputs } from "../../rules/rules";
import { runApi, serviceName } from "../../services/run/names";
import { maskOf } from "../appengine/call";
import type { Answer, Request, RestApi } from "../http";

const service = /^\/v2\/(projects\/([^/]+)\/locations\/([^/]+)\/services\/([^/:]+))$/;

/** The fields that a program can change: others belong to the provider. */
const mutable = ["invokerIamDisabled"];

/** Formats a service like the API. */
function resource(path: string, state: Inputs): Inputs {
    const { uid, generation, ingress, invokerIamDisabled = false, uri, urls, etag } = state;
    return { name: path, uid, generation, ingress, invokerIamDisabled, uri, urls, etag };
}

function changed(cloud: Cloud, path: string, { query, body }: Request): Inputs {
    const found = cloud.store.read(serviceName(path));
    if (!found) {
        throw new GoogleError(404, `Resource '${path.split("/").at(-1)}' of kind 'SERVICE' does not exist.`);
    }
    const inputs = JSON.parse(body.toString());
    const paths = maskOf(query, mutable);
    const state: Inputs = { ...found.state, ...Object.fromEntries(paths.map((field) => [field, inputs[field]])) };
    const change = { token: "gcp:cloudrunv2/service:Service", inputs: state, old: found.state, project: found.project };
    verifyConstraints({ ...change, id: () => path }, { cloud });
    cloud.store.write({ ...found, state });
    const name = path.replace(/\/services\/.*/, `/operations/${Date.now()}`);
    return {
        name,
        done: true,
        response: { "@type": "type.googleapis.com/google.cloud.run.v2.Service", ...resource(path, state) },
    };
}

function answered(cloud: Cloud, request: Request, path: string, project: string): Inputs {
    cloud.projects.requireApi(project, ...runApi);
    for (const method of request.method === "PATCH" ? ["patch", "disableInvokerIam"] : ["get"]) {
        authorizeMethod(`run.projects.locations.services.${method}`, serviceName(path), project, cloud);
    }
    if (request.method === "PATCH") {
        return changed(cloud, path, request);
    }
    const found = cloud.store.read(serviceName(path));
    if (!found) {
        throw new GoogleError(404, `Resource '${path.split("/").at(-1)}' of kind 'SERVICE' does not exist.`);
    }
    return resource(path, found.state);
}

const statuses: Record<number, string> = { 400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND" };

/** The Cloud Run Admin API, for programs that read services and disable their invoker check. */
export function cloudRunRest(cloud: Cloud): RestApi {
    return (request): Answer | undefined => {
        const [, path = "", project = ""] = service.exec(decodeURIComponent(request.path)) ?? [];
        if (!path || !["GET", "PATCH"].includes(request.method)) {
            return undefined;
        }
        try {
            return { status: 200, body: answered(cloud, request, path, project) };
        } catch (error) {
            if (!(error instanceof GoogleError)) {
                throw error;
            }
            const { code, text, details } = error;
            return { status: code, body: { error: { code, message: text, status: statuses[code], details } } };
        }
    };
}
