import {
    accountName,
    type Cloud,
    GoogleError,
    type Inputs,
    isAllowedOn,
    isZone,
    permissionsOfMethod,
    projectName,
    refusal,
    targetOf,
    zonesOf,
} from "../../../simulator";
import { filterOf } from "../../../simulator/services/compute/listFilter";
import { fingerprint } from "../../../simulator/services/compute/machines/disk";
import {
    type Action,
    act,
    type InstanceEntry,
    instancesOf,
} from "../../../simulator/services/compute/machines/lifecycle";
import { computeApi, fullName, notFound, selfLink } from "../../../simulator/services/compute/names";
import type { Answer, Request, RestApi } from "../../emulator/http";
import { type ApiDefinition, methodsRest } from "../../emulator/methods/api";
import type { Call, Method } from "../../emulator/methods/call";
import { callerOf, type Tokens } from "../../emulator/tokens";
import { groupMethods } from "./groups/api";
import type { RunningGroups } from "./groups/runningGroups";
import { instanceResource } from "./instanceResource";
import { beginOperation, operationMethods } from "./operations";

/** The output of an instance's serial port, and its number of characters since the start. */
export type SerialPorts = (instance: string) => { text: string; end: number } | undefined;

function instanceOf({ cloud, names }: Pick<Call, "cloud" | "names">): InstanceEntry {
    const path = `projects/${names.project}/zones/${names.zone}/instances/${names.instance}`;
    const found = cloud.store.read(fullName(path)) as InstanceEntry | undefined;
    if (!found) {
        throw notFound(path);
    }
    return found;
}

const listQuery = ["filter", "maxResults", "orderBy", "pageToken", "returnPartialSuccess"];

function listed(cloud: Cloud, place: string, query: URLSearchParams): object[] {
    return instancesOf(cloud, place)
        .map((entry) => instanceResource(entry, cloud))
        .filter(filterOf(query.get("filter") ?? ""));
}

function setMetadata(call: Call, user: string | undefined): object {
    const { cloud, body } = call;
    const entry = instanceOf(call);
    const { metadata, serviceAccount } = entry.state;
    const email = serviceAccount?.email;
    // https://cloud.google.com/compute/docs/metadata/setting-custom-metadata
    if (user && email && !isAllowedOn(cloud, user, "iam.serviceAccounts.actAs", accountName(email))) {
        throw new GoogleError(
            403,
            `The user does not have access to service account '${email}'.  User: '${user}'.  Ask a project owner to grant you the iam.serviceAccountUser role on the service account`,
            { reason: "forbidden" },
        );
    }
    // "An up-to-date fingerprint hash must be provided in order to modify the metadata."
    if (body.fingerprint !== fingerprint(metadata)) {
        throw new GoogleError(412, "Supplied fingerprint does not match current metadata fingerprint.", {
            reason: "conditionNotMet",
        });
    }
    const values = Object.fromEntries(((body.items ?? []) as Inputs[]).map(({ key, value }) => [key, value]));
    const state = { ...entry.state, metadata: values, metadataFingerprint: fingerprint(values) };
    cloud.store.write({ ...entry, state });
    return beginOperation(cloud, entry, "setMetadata", user);
}

/** https://cloud.google.com/compute/docs/troubleshooting/viewing-serial-port-output */
function serialPortOutput(call: Call, outputs: SerialPorts): object {
    const { name, id } = instanceOf(call);
    const { text, end } = outputs(name) ?? { text: "", end: 0 };
    const begin = end - text.length;
    const start = Math.max(Number(call.query.get("start") ?? 0), begin);
    return {
        kind: "compute#serialPortOutput",
        contents: text.slice(start - begin),
        start: String(start),
        next: String(end),
        selfLink: selfLink(`${id}/serialPort`),
    };
}

const instances = "compute/v1/projects/{project}/zones/{zone}/instances";
const instancePath = `${instances}/{instance}`;

/**
 * The supported methods.
 *
 * @param user the account that calls; undefined for a developer
 */
export const instanceMethods = (outputs: SerialPorts, user?: string): Method[] => [
    {
        id: "compute.instances.get",
        verb: "GET",
        path: instancePath,
        answer: (call) => instanceResource(instanceOf(call), call.cloud),
    },
    {
        id: "compute.instances.list",
        verb: "GET",
        path: instances,
        query: listQuery,
        answer: ({ cloud, names, query }) => {
            const place = `projects/${names.project}/zones/${names.zone}`;
            const items = listed(cloud, place, query);
            const path = `${place}/instances`;
            return {
                kind: "compute#instanceList",
                id: path,
                ...(items.length > 0 && { items }),
                selfLink: selfLink(path),
            };
        },
    },
    {
        id: "compute.instances.aggregatedList",
        verb: "GET",
        path: "compute/v1/projects/{project}/aggregated/instances",
        query: [...listQuery, "includeAllScopes"],
        answer: ({ cloud, names, query }) => {
            const path = `projects/${names.project}/aggregated/instances`;
            const items: Record<string, { instances: object[] }> = {};
            for (const instance of listed(cloud, `projects/${names.project}/zones`, query) as Inputs[]) {
                const zone = `zones/${String(instance.zone).split("/").at(-1)}`;
                items[zone] ??= { instances: [] };
                items[zone].instances.push(instance);
            }
            return { kind: "compute#instanceAggregatedList", id: path, items, selfLink: selfLink(path) };
        },
    },
    ...(["start", "stop", "reset"] as Action[]).map(
        (action): Method => ({
            id: `compute.instances.${action}`,
            verb: "POST",
            path: `${instancePath}/${action}`,
            query: ["requestId", ...(action === "stop" ? ["discardLocalSsd"] : [])],
            answer: (call) => {
                const entry = instanceOf(call);
                act(call.cloud, entry, action);
                return beginOperation(call.cloud, entry, action, user);
            },
        }),
    ),
    {
        id: "compute.instances.setMetadata",
        verb: "POST",
        path: `${instancePath}/setMetadata`,
        query: ["requestId"],
        fields: ["fingerprint", "items", "kind"],
        answer: (call) => setMetadata(call, user),
    },
    {
        id: "compute.instances.getSerialPortOutput",
        verb: "GET",
        path: `${instancePath}/serialPort`,
        query: ["port", "start"],
        answer: (call) => serialPortOutput(call, outputs),
    },
];

/** What the API needs to show of the machines that run. */
export interface RunningCompute {
    outputs: SerialPorts;
    /** Undefined if no machines run. */
    groups: RunningGroups | undefined;
}

const definition = ({ outputs, groups }: RunningCompute, user: string | undefined): ApiDefinition => ({
    methods: [...operationMethods, ...instanceMethods(outputs, user), ...groupMethods(groups)],
    errorAnswer,
    project: ({ project }) => String(project),
    authorize: ({ cloud, names }, { id }) => {
        const { project } = names;
        cloud.projects.requireApi(project, ...computeApi);
        requirePlace("zone", names.zone, isZone);
        requirePlace("region", names.region, (region) => zonesOf(region).length > 0);
        const path = pathOf(names);
        const name = path === `projects/${project}` ? projectName(project) : fullName(path);
        const target = targetOf(cloud, project, name);
        for (const permission of permissionsOfMethod(id)) {
            const may = user ? isAllowedOn(cloud, user, permission, name) : cloud.caller.may(permission, target);
            if (!may) {
                throw refusal({ method: id, permission, path, target, cloud });
            }
        }
    },
});

function requirePlace(kind: "zone" | "region", place: string | undefined, exists: (place: string) => boolean): void {
    if (place !== undefined && !exists(place)) {
        const message = `Invalid value for field '${kind}': '${place}'. Unknown ${kind}.`;
        throw new GoogleError(400, message, { reason: "invalid" });
    }
}

/** The resource whose policy applies to a call: an instance, a group, or the project. */
function pathOf({ project, zone, instance, region, instanceGroupManager }: Inputs): string {
    if (instance !== undefined) {
        return `projects/${project}/zones/${zone}/instances/${instance}`;
    }
    return instanceGroupManager === undefined
        ? `projects/${project}`
        : `projects/${project}/regions/${region}/instanceGroupManagers/${instanceGroupManager}`;
}

/** The reasons of errors without one of their own. */
const reasons: Record<number, string> = { 400: "invalid", 401: "required", 403: "forbidden", 404: "notFound" };

/** Errors have their reasons in a list: https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-api-errors */
function errorAnswer(error: unknown): Answer {
    const {
        code,
        text: message,
        reason,
    } = error instanceof GoogleError ? error : new GoogleError(500, String((error as Error).message));
    const errors = [{ message, domain: "global", reason: reason ?? reasons[code] ?? "backendError" }];
    return { status: code, body: { error: { code, message, errors } } };
}

/** The Compute Engine API for machines, with which they can stop themselves, and for groups of them. */
export function computeRest(cloud: Cloud, tokens: Tokens, running: RunningCompute): RestApi {
    return (request: Request) => {
        if (!request.path.startsWith("/compute/v1/")) {
            return undefined;
        }
        try {
            return methodsRest(cloud, definition(running, callerOf(tokens, request.headers)))(request);
        } catch (error) {
            return errorAnswer(error);
        }
    };
}
