import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { invalid, versionPath } from "./names";
import { requireService, updateService } from "./services";
import { findVersion, isFlexible, servingStatus } from "./versions";

/** "TrafficSplit": allocations have two decimal places for IP addresses and three for cookies. */
const places = (shardBy: string | undefined) => (shardBy === "IP" ? 2 : 3);

const methods = ["UNSPECIFIED", "COOKIE", "IP", "RANDOM"];

/** Verifies the traffic split of a service, and returns it in the API's format. */
export function verifyTraffic({ project, service, split, migrateTraffic }: Inputs, cloud: Cloud): Inputs {
    const found = requireService(cloud, project, service);
    const desired = verifySplit({ project, service, split }, cloud);
    if (migrateTraffic) {
        verifyMigration({ project, service, split: desired }, found.state.split, cloud);
    }
    return desired;
}

/** Sets the traffic split of a service. */
export function splitTraffic(inputs: Inputs, cloud: Cloud): Inputs {
    return updateService(inputs, { split: verifyTraffic(inputs, cloud) }, cloud);
}

/** Verifies a split without its migration, and returns it in the API's format. */
function verifySplit({ project, service, split }: Inputs, cloud: Cloud): Inputs {
    const { allocations = {}, shardBy } = split ?? {};
    if (shardBy !== undefined && !methods.includes(shardBy)) {
        throw invalid(
            `Invalid value at 'service.split.shard_by' (type.googleapis.com/google.appengine.v1.TrafficSplit.ShardBy), "${shardBy}"`,
        );
    }
    const shares = Object.entries(allocations).map(([version, share]) => [version, Number(share)] as const);
    if (shares.length === 0) {
        throw invalid("Traffic split allocations must not be empty.");
    }
    const factor = 10 ** places(shardBy);
    for (const [versionId, share] of shares) {
        if (!(share > 0 && share <= 1)) {
            throw invalid(`Traffic allocation for version '${versionId}' (${share}) must be in the range (0.0, 1.0].`);
        }
        if (Math.abs(share * factor - Math.round(share * factor)) > 1e-6) {
            throw invalid(
                `Traffic allocation for version '${versionId}' (${share}) has more than ${places(shardBy)} decimal places.`,
            );
        }
        verifyTarget({ project, service, versionId }, cloud);
    }
    const sum = shares.reduce((total, [, share]) => total + Math.round(share * factor), 0);
    if (sum !== factor) {
        throw invalid(`Traffic allocations must sum to 1.0, but sum to ${sum / factor}.`);
    }
    return {
        ...(shardBy && shardBy !== "UNSPECIFIED" && { shardBy }),
        allocations: Object.fromEntries(shares),
    };
}

function verifyTarget(version: Inputs, cloud: Cloud): void {
    const found = findVersion(cloud, version);
    if (!found) {
        throw new GoogleError(404, `Version '${versionPath(version)}' not found.`);
    }
    if (servingStatus(cloud, version) !== "SERVING") {
        throw invalid(`Cannot allocate traffic to version '${version.versionId}', because it is not serving.`);
    }
}

/** "Migrating and Splitting Traffic": versions that do not support gradual migration. */
function verifyMigration({ project, service, split }: Inputs, before: Inputs, cloud: Cloud): void {
    const targets = Object.keys(split.allocations);
    const involved = [...targets, ...Object.keys(before.allocations)].map((versionId) => {
        return findVersion(cloud, { project, service, versionId });
    });
    if (involved.some((version) => version && isFlexible(version))) {
        throw invalid("Traffic migration does not support App Engine Flexible Environment.");
    }
    if (targets.length > 1) {
        throw invalid("Traffic can only be migrated to a single version.");
    }
    if (split.shardBy !== "IP" && split.shardBy !== "COOKIE") {
        throw invalid("Traffic migration requires the shard_by of the traffic split to be IP or COOKIE.");
    }
    const { inboundServices = [], automaticScaling } = involved[0]?.state ?? {};
    if (!inboundServices.includes("INBOUND_SERVICE_WARMUP") || !automaticScaling) {
        throw invalid(
            `Traffic migration requires warmup requests and automatic scaling to be enabled for version '${targets[0]}'.`,
        );
    }
}
