import type { dynamic } from "@pulumi/pulumi";
import { AdminApi } from "../../internal/adminApi/adminApi";
import { findPrevious, sharesOf } from "../../internal/arguments/traffic";
import type { RolloutInputs, RolloutOutputs } from "./inputs";
import { type Allocations, canStop, isOwn, newestFirst, type Service, type Version, versionPath } from "./versions";

/**
 * The provider of a service's rollout, once its latest version exists: sets the traffic of the versions, deletes versions
 * that are no longer kept, and stops versions without traffic that would cost.
 */
export function rolloutProvider(api = new AdminApi()): dynamic.ResourceProvider<RolloutInputs, RolloutOutputs> {
    const rollOut = async (inputs: RolloutInputs, before?: RolloutOutputs): Promise<RolloutOutputs> => {
        const path = servicePath(inputs);
        const [service, versions] = await Promise.all([
            api.get<Service>(path),
            api.list<Version>(`${path}/versions`, "versions"),
        ]);
        const now = service.split?.allocations ?? {};
        const previous = findPreviousVersion(inputs.latest, now, versions, before);
        const wanted = resolveAllocations(inputs, previous, versions);
        await startVersions(api, inputs, versions, wanted);
        if (!isSame(now, wanted) || (service.split?.shardBy ?? "UNSPECIFIED") !== effectiveShardBy(inputs, wanted)) {
            await setTraffic(api, inputs, wanted);
        }
        await cleanUp(api, inputs, versions, wanted, previous);
        return { ...inputs, previous, wanted, allocations: wanted };
    };
    return {
        async check(olds, news) {
            return { inputs: news, failures: await missingVersions(api, olds, news) };
        },
        async diff(_id, olds, news) {
            const hasDrifted = !isSame(olds.wanted, olds.allocations);
            return {
                changes: hasDrifted || settings.some((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key])),
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
            await deleteService(api, id, props);
        },
    };
}

const settings = ["latest", "split", "shardBy", "migrate", "keep"] as const;

const servicePath = ({ project, service }: RolloutInputs) => `apps/${project}/services/${service}`;

/** A version with all traffic is not split. */
const effectiveShardBy = ({ shardBy }: RolloutInputs, wanted: Allocations) =>
    Object.keys(wanted).length > 1 ? shardBy : "UNSPECIFIED";

/** Checks at preview that the versions with fixed ids exist. */
async function missingVersions(
    api: AdminApi,
    olds: Partial<RolloutInputs>,
    news: RolloutInputs,
): Promise<dynamic.CheckFailure[]> {
    const fixedVersions = Object.keys(news.split).filter((key) => !["latest", "previous", news.latest].includes(key));
    if (fixedVersions.length === 0 || JSON.stringify(olds.split) === JSON.stringify(news.split)) {
        return [];
    }
    const versions = await api.list<Version>(`${servicePath(news)}/versions`, "versions").catch(() => undefined);
    const ids = (versions ?? []).map(({ id }) => id);
    return fixedVersions
        .filter((id) => !ids.includes(id))
        .map((id) => ({
            property: "",
            reason: `traffic.split.${id}: the service "${news.service}" has no version "${id}". It has ${ids.join(", ") || "none"}.`,
        }));
}

/** Starts the stopped versions that receive traffic. */
async function startVersions(
    api: AdminApi,
    inputs: RolloutInputs,
    versions: Version[],
    wanted: Allocations,
): Promise<void> {
    const stopped = versions.filter(({ id, servingStatus }) => wanted[id] !== undefined && servingStatus === "STOPPED");
    for (const version of stopped) {
        await setServingStatus(api, versionPath(servicePath(inputs), version), "SERVING");
    }
}

function setServingStatus(api: AdminApi, path: string, servingStatus: "SERVING" | "STOPPED"): Promise<void> {
    return api.change("PATCH", path, { query: { updateMask: "servingStatus" }, body: { servingStatus } });
}

async function setTraffic(api: AdminApi, inputs: RolloutInputs, allocations: Allocations): Promise<void> {
    await api.change("PATCH", servicePath(inputs), {
        query: { updateMask: "split", ...(inputs.migrate && { migrateTraffic: "true" }) },
        body: {
            split: { allocations, shardBy: inputs.migrate ? inputs.shardBy : effectiveShardBy(inputs, allocations) },
        },
    });
}

/**
 * Deletes versions that are no longer kept, and stops versions without traffic that would cost. Versions that others deployed
 * are left alone.
 */
async function cleanUp(
    api: AdminApi,
    inputs: RolloutInputs,
    versions: Version[],
    wanted: Allocations,
    previous: string,
): Promise<void> {
    const path = servicePath(inputs);
    const needed = new Set([inputs.latest, previous, ...Object.keys(wanted)]);
    const created = versions.filter(isOwn);
    const unused = newestFirst(created.filter(({ id }) => !needed.has(id)));
    const keptUnused = Math.max(0, inputs.keep - (created.length - unused.length));
    for (const version of unused.slice(keptUnused)) {
        await api.change("DELETE", versionPath(path, version));
    }
    const remaining = created.filter(
        (version) => !unused.slice(keptUnused).includes(version) && wanted[version.id] === undefined,
    );
    for (const version of remaining.filter(({ id }) => id !== inputs.latest).filter(canStop)) {
        if (version.servingStatus === "SERVING") {
            await setServingStatus(api, versionPath(path, version), "STOPPED");
        }
    }
}

/**
 * Deletes a service. The default service cannot be deleted: its versions with traffic are stopped if possible, otherwise
 * scaled to zero.
 */
async function deleteService(api: AdminApi, id: string, { service }: RolloutInputs): Promise<void> {
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
        } else if (!canStop(version)) {
            await scaleToZero(api, path, version);
        } else if (version.servingStatus === "SERVING") {
            await setServingStatus(api, path, "STOPPED");
        }
    }
}

/** Removes the minimum instances of an automatically scaled version. */
async function scaleToZero(api: AdminApi, path: string, { automaticScaling = {} }: Version): Promise<void> {
    const { minIdleInstances = 0, standardSchedulerSettings: { minInstances = 0 } = {} } = automaticScaling;
    if (minIdleInstances > 0 || minInstances > 0) {
        const updateMask = "automaticScaling.minIdleInstances,automaticScaling.standardSchedulerSettings.minInstances";
        const body = { automaticScaling: { minIdleInstances: 0, standardSchedulerSettings: { minInstances: 0 } } };
        await api.change("PATCH", path, { query: { updateMask }, body });
    }
}

/**
 * Finds the version for a rollback: the version with the most traffic besides the latest; if the latest has all traffic, the
 * recorded previous version; otherwise the newest of the others. Empty if there is none.
 */
export function findPreviousVersion(
    latest: string,
    now: Allocations,
    versions: Version[],
    before?: Pick<RolloutOutputs, "latest" | "previous">,
): string {
    const exists = (id: string | undefined) => versions.some((version) => version.id === id);
    const known = findPrevious(latest, now, before?.latest === latest ? before.previous : undefined);
    const [youngest] = newestFirst(versions.filter(({ id }) => id !== latest));
    return (exists(known) ? known : youngest?.id) ?? "";
}

/** The traffic share of each version. While there is no previous version, its share goes to the latest. */
export function resolveAllocations(
    { latest, split, service }: Pick<RolloutInputs, "latest" | "split" | "service">,
    previous: string,
    versions: Version[],
): Allocations {
    const shares = sharesOf(split, latest, previous || undefined);
    const [missing] = Object.keys(shares).filter((id) => !versions.some((version) => version.id === id));
    if (missing !== undefined) {
        const ids = versions.map(({ id }) => id).join(", ");
        throw new Error(
            `the service "${service}" has no version "${missing}", which is to serve. It has ${ids || "none"}.`,
        );
    }
    // Percentages were summed first, because fractions would not sum to 1.
    const serving = Object.entries(shares).filter(([, share]) => share > 0);
    return Object.fromEntries(serving.map(([id, share]) => [id, Math.round(share * 10) / 1000]));
}

/** Whether two allocations are equal, to the thousandth that App Engine supports. */
export function isSame(one: Allocations, other: Allocations): boolean {
    const ids = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...ids].every((id) => Math.abs((one[id] ?? 0) - (other[id] ?? 0)) < 0.0005);
}
