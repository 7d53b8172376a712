import type { dynamic } from "@pulumi/pulumi";
import { allocated, isSame, previousOf } from "./allocations";
import { AdminApi } from "./api";
import type { RolloutInputs, RolloutOutputs } from "./inputs";
import { type Allocations, isOwn, newestFirst, type Service, startable, type Version, versionPath } from "./versions";

/**
 * What a service serves, once its latest version is there: the traffic of its versions, and which of them are kept. Those that
 * nobody needs any more are deleted, and flexible ones without traffic are stopped.
 */
export function rolloutProvider(api = new AdminApi()): dynamic.ResourceProvider<RolloutInputs, RolloutOutputs> {
    const rollOut = async (inputs: RolloutInputs, before?: RolloutOutputs): Promise<RolloutOutputs> => {
        const path = servicePath(inputs);
        const [service, versions] = await Promise.all([
            api.get<Service>(path),
            api.list<Version>(`${path}/versions`, "versions"),
        ]);
        const now = service.split?.allocations ?? {};
        const previous = previousOf(inputs.latest, now, versions, before);
        const wanted = allocated(inputs, previous, versions);
        await start(api, inputs, versions, wanted);
        if (!isSame(now, wanted) || (service.split?.shardBy ?? "UNSPECIFIED") !== shardedBy(inputs, wanted)) {
            await divide(api, inputs, wanted);
        }
        await tidy(api, inputs, versions, wanted, previous);
        return { ...inputs, previous, wanted, allocations: wanted };
    };
    return {
        async check(olds, news) {
            return { inputs: news, failures: await missing(api, olds, news) };
        },
        async diff(_id, olds, news) {
            const isOther = !isSame(olds.wanted, olds.allocations);
            return {
                changes: isOther || settings.some((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key])),
                replaces: (["project", "service"] as const).filter((key) => olds[key] !== news[key]),
                deleteBeforeReplace: true,
            };
        },
        async create(inputs) {
            return { id: servicePath(inputs), outs: await rollOut(inputs) };
        },
        async update(_id, olds, news) {
            return { outs: await rollOut(news, olds) };
        },
        async read(id, props = {} as RolloutOutputs) {
            const service = await api.find<Service>(id);
            const allocations = service?.split?.allocations ?? {};
            return service === undefined ? { id: "" } : { id, props: { ...props, allocations } };
        },
        async delete(id, props) {
            await end(api, id, props);
        },
    };
}

const settings = ["latest", "split", "shardBy", "migrate", "keep"] as const;

const servicePath = ({ project, service }: RolloutInputs) => `apps/${project}/services/${service}`;

/** The first version has all traffic, and nothing is divided then. */
const shardedBy = ({ shardBy }: RolloutInputs, wanted: Allocations) =>
    Object.keys(wanted).length > 1 ? shardBy : "UNSPECIFIED";

/** The versions that are to serve and that nobody finds: told at preview, as they are named by what is there before. */
async function missing(
    api: AdminApi,
    olds: Partial<RolloutInputs>,
    news: RolloutInputs,
): Promise<dynamic.CheckFailure[]> {
    const named = Object.keys(news.split).filter((key) => !["latest", "previous", news.latest].includes(key));
    if (named.length === 0 || JSON.stringify(olds.split) === JSON.stringify(news.split)) {
        return [];
    }
    const versions = await api.list<Version>(`${servicePath(news)}/versions`, "versions").catch(() => undefined);
    const ids = (versions ?? []).map(({ id }) => id);
    return named
        .filter((id) => !ids.includes(id))
        .map((id) => ({
            property: "",
            reason: `traffic.split.${id}: the service "${news.service}" has no version "${id}". It has ${ids.join(", ") || "none"}.`,
        }));
}

/** Starts the versions that are to serve and that were stopped. */
async function start(api: AdminApi, inputs: RolloutInputs, versions: Version[], wanted: Allocations): Promise<void> {
    const stopped = versions.filter(({ id, servingStatus }) => wanted[id] !== undefined && servingStatus === "STOPPED");
    for (const version of stopped) {
        await serve(api, versionPath(servicePath(inputs), version), "SERVING");
    }
}

function serve(api: AdminApi, path: string, servingStatus: "SERVING" | "STOPPED"): Promise<void> {
    return api.change("PATCH", path, { query: { updateMask: "servingStatus" }, body: { servingStatus } });
}

async function divide(api: AdminApi, inputs: RolloutInputs, allocations: Allocations): Promise<void> {
    await api.change("PATCH", servicePath(inputs), {
        query: { updateMask: "split", ...(inputs.migrate && { migrateTraffic: "true" }) },
        body: { split: { allocations, shardBy: inputs.migrate ? inputs.shardBy : shardedBy(inputs, allocations) } },
    });
}

/** Deletes the versions beyond those that are kept, and stops what would cost and serves nothing: none that others deployed. */
async function tidy(
    api: AdminApi,
    inputs: RolloutInputs,
    versions: Version[],
    wanted: Allocations,
    previous: string,
): Promise<void> {
    const path = servicePath(inputs);
    const needed = new Set([inputs.latest, previous, ...Object.keys(wanted)]);
    const own = versions.filter(isOwn);
    const idle = newestFirst(own.filter(({ id }) => !needed.has(id)));
    const kept = Math.max(0, inputs.keep - (own.length - idle.length));
    for (const version of idle.slice(kept)) {
        await api.change("DELETE", versionPath(path, version));
    }
    const stays = own.filter((version) => !idle.slice(kept).includes(version) && wanted[version.id] === undefined);
    for (const version of stays.filter(({ id }) => id !== inputs.latest).filter(startable)) {
        if (version.servingStatus === "SERVING") {
            await serve(api, versionPath(path, version), "STOPPED");
        }
    }
}

/**
 * Deletes a service that the program has no more. The default one stays as long as the application: of it there remains what
 * has traffic, stopped where that can be, and else without instances that wait.
 */
async function end(api: AdminApi, id: string, { service }: RolloutInputs): Promise<void> {
    const found = await api.find<Service>(id);
    if (found === undefined) {
        return;
    }
    if (service !== "default") {
        await api.change("DELETE", id);
        return;
    }
    for (const version of (await api.list<Version>(`${id}/versions`, "versions")).filter(isOwn)) {
        const path = versionPath(id, version);
        if (found.split?.allocations?.[version.id] === undefined) {
            await api.change("DELETE", path);
        } else if (!startable(version)) {
            await rest(api, path, version);
        } else if (version.servingStatus === "SERVING") {
            await serve(api, path, "STOPPED");
        }
    }
}

/** Lets an automatically scaled version go down to no instances. */
async function rest(api: AdminApi, path: string, { automaticScaling = {} }: Version): Promise<void> {
    const { minIdleInstances = 0, standardSchedulerSettings: { minInstances = 0 } = {} } = automaticScaling;
    if (minIdleInstances > 0 || minInstances > 0) {
        const updateMask = "automaticScaling.minIdleInstances,automaticScaling.standardSchedulerSettings.minInstances";
        const body = { automaticScaling: { minIdleInstances: 0, standardSchedulerSettings: { minInstances: 0 } } };
        await api.change("PATCH", path, { query: { updateMask }, body });
    }
}
