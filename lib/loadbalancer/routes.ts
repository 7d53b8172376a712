import * as check from "../internal/arguments/check";
import { nameOf } from "../internal/engine/pulumiSdk";
import { componentsOf, isGroup, type ResolvedBackend, type Target, typeOf } from "./backend";
import type { CdnPolicy } from "./cdn";
import { type GroupTarget, hostOf, resolveGroups } from "./group";
import { isExisting } from "./health";
import type {
    AppEngineRoute,
    BucketRoute,
    GroupRoute,
    Redirect,
    RedirectRoute,
    Route,
    ServiceRoute,
    SplitRoute,
} from "./route";

/** A backend with its share, and what is changed in its requests and responses. */
export interface WeightedBackend {
    backend: string;
    weight: number;
    requestHeaders: Record<string, string>;
    responseHeaders: Record<string, string>;
}

/** Where requests of a host and a path go. */
export interface ResolvedRoute {
    /** `*` for all hosts. */
    host: string;
    path: string;
    redirect?: Redirect;
    /** More than one with weights. */
    backends: WeightedBackend[];
    rewrite?: string;
    /** The host that the backend gets. */
    hostRewrite?: string;
}

/** The routes and their backends, which routes with the same key share. In `all`, a backend is as each of its routes asks for it. */
export function resolveRoutes({
    routes,
    iap: members = [],
}: {
    routes: Record<string, Route>;
    iap?: readonly string[];
}) {
    const backends = new Map<string, ResolvedBackend[]>();
    const resolved = Object.entries(routes).map(([key, route]): ResolvedRoute => {
        const slash = key.indexOf("/");
        const place = { host: key.slice(0, slash) || "*", path: key.slice(slash) };
        if (isOptions(route) && "redirect" in route) {
            return { ...place, redirect: (route as RedirectRoute).redirect, backends: [] };
        }
        const weighted = weightedOf(key, route, members);
        for (const { backend } of weighted) {
            backends.set(backend.key, [...(backends.get(backend.key) ?? []), backend]);
        }
        const { rewrite, host } = (isOptions(route) ? route : {}) as Partial<GroupRoute>;
        const target = weighted[0]?.backend.target;
        return {
            ...place,
            rewrite,
            hostRewrite: host ?? (target?.kind === "group" ? hostOf(target) : undefined),
            backends: weighted.map(({ backend, ...rest }) => ({ backend: backend.key, ...rest })),
        };
    });
    const all = [...backends.values()];
    return { routes: resolved, backends: all.map(([first]) => first as ResolvedBackend), all };
}

/** Whether a route has options, and is not only a component. */
const isOptions = (route: Route): boolean => typeOf(route) === undefined;

/** The backends of a route with their weights. */
function weightedOf(key: string, route: Route, members: readonly string[]) {
    const path = `routes.${key}`;
    if (!isOptions(route)) {
        return [weightedBackend(path, key, targetOf(route), {}, members)];
    }
    const { split } = route as SplitRoute;
    if (split) {
        return split.map((one, index) =>
            weightedBackend(`${path}.split.${index}`, key, targetOf(one as Route), one, members, one.weight),
        );
    }
    return [weightedBackend(path, key, targetOf(route), route as ServiceRoute, members)];
}

function targetOf(route: Route): Target {
    const { app, bucket, group, service, tag, port, protocol, tlsSettings, health, capacity, timeout } =
        route as Partial<ServiceRoute & BucketRoute & Omit<GroupRoute, "protocol"> & Pick<GroupTarget, "protocol">> &
            Partial<Pick<AppEngineRoute, "app">>;
    if (isGroup(route)) {
        return resolveGroups([route]);
    }
    if (!isOptions(route)) {
        const kinds: Record<string, Target["kind"]> = { AppEngineApp: "app", StorageBucket: "bucket" };
        return { kind: kinds[String(typeOf(route))] ?? "service", component: route } as Target;
    }
    if (group) {
        return resolveGroups([group].flat(), { port, protocol, tlsSettings, health, capacity, timeout });
    }
    return app
        ? { kind: "app", component: app, service: service as unknown as string | undefined }
        : bucket
          ? { kind: "bucket", component: bucket }
          : { kind: "service", component: service as ServiceRoute["service"], tag };
}

type Options = Partial<
    Pick<ServiceRoute, "cdn" | "iap" | "logging" | "backend" | "requestHeaders" | "responseHeaders">
>;

function weightedBackend(
    path: string,
    route: string,
    target: Target,
    { cdn, iap, logging, backend, requestHeaders = {}, responseHeaders = {} }: Options,
    members: readonly string[],
    weight = 100,
) {
    const isBucket = target.kind === "bucket";
    const hasIap = target.kind === "service" || target.kind === "group";
    const resolved: ResolvedBackend = {
        key: backend ?? keyOf(target, route),
        path,
        target,
        cdn: (cdn ?? isBucket) as CdnPolicy | boolean,
        iap: hasIap ? ((iap === false ? [] : (iap ?? members)) as ResolvedBackend["iap"]) : [],
        isOpen: iap === false,
        logging,
        responseHeaders: isBucket ? responseHeaders : {},
    };
    return { backend: resolved, weight, requestHeaders, responseHeaders: isBucket ? {} : responseHeaders };
}

/** The key of a backend: the name of its component, with the service of an application. What exists already has the key of the route. */
function keyOf(target: Target, route: string): string {
    const name: string | undefined = nameOf(target.component);
    const slug = route
        .replace(/\/\*$/, "")
        .replaceAll(/[^a-z0-9]+/gi, "-")
        .replace(/^-|-$/g, "")
        .toLowerCase();
    const own = typeof name === "string" ? name : slug || "default";
    const all = target.kind === "app" && target.service !== undefined ? `${own}-${target.service}` : own;
    return all.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
}

/** The default route, and hosts that are no domains. */
export function routeProblems(routes: Record<string, Route>): check.Problem[] {
    const reason = `must have the route "/*", for requests that no other one matches (got ${Object.keys(routes).join(", ") || "{}"}).`;
    const rewritten = Object.entries(routes).flatMap(([key, route]) => {
        const { redirect } = (isOptions(route) ? route : {}) as Partial<RedirectRoute>;
        const both = redirect?.path !== undefined && redirect.prefix !== undefined;
        return both
            ? [
                  check.problem(
                      `routes.${key}.redirect.prefix`,
                      "loadbalancer/redirect-prefix-and-path",
                      "cannot be combined with path. Remove one.",
                  ),
              ]
            : [];
    });
    return [
        ...(Object.hasOwn(routes, "/*") ? [] : [check.problem("routes", "loadbalancer/default-route-missing", reason)]),
        ...rewritten,
    ];
}

/** Routes with one backend must ask for the same one. */
export function sharingProblem(first: ResolvedBackend, other: ResolvedBackend): check.Problem | undefined {
    const name = nameOf(first.target.component);
    const [components, others] = [componentsOf(first.target), componentsOf(other.target)];
    if (components.length !== others.length || components.some((each, index) => each !== others[index])) {
        const reason = `has the same name as another backend of ${first.path}, "${first.key}". Set another name: backend: "${first.key}-2".`;
        return check.problem(other.path, "loadbalancer/backend-name-twice", reason);
    }
    const settings = ({ cdn, iap, logging, responseHeaders, target }: ResolvedBackend) => {
        const { component: _, groups: __, health, tlsSettings, ...place } = target as GroupTarget;
        const plain = isExisting(health) ? "existing" : health;
        return JSON.stringify([
            cdn,
            iap,
            logging,
            responseHeaders,
            place,
            plain,
            { ...tlsSettings, authenticationConfig: undefined },
        ]);
    };
    const [ids, otherIds] = [idsOf(first), idsOf(other)];
    const isSame = settings(first) === settings(other) && ids.every((id, index) => id === otherIds[index]);
    const reason = `has other options than ${first.path} for the same component${name ? ` "${name}"` : ""}. Give its backend a name of its own: backend: "${first.key}-2".`;
    return check.when(!isSame, other.path, "loadbalancer/backend-options-differ", reason);
}

/** The IDs of what a backend uses, which can be outputs. */
function idsOf({ target }: ResolvedBackend): unknown[] {
    const { health, tlsSettings } = target as GroupTarget;
    return [isExisting(health) ? health.existing : undefined, tlsSettings?.authenticationConfig];
}
